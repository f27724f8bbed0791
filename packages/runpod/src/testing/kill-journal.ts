import { readFile } from "node:fs/promises";

/** A line of the journal: a handler began a job, had its output, or was told to stop. */
export interface JournalLine {
  readonly what: "began" | "ended" | "stopped";
  readonly jobId: string;
  readonly workerId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** One time that a job was run. */
export interface Execution {
  readonly jobId: string;
  readonly workerId: string;
  readonly beganAt: number;
  /** `open` while it runs, and for ever when its worker was killed. */
  readonly state: "open" | "ended" | "stopped";
}

/** Every execution so far, in the order of their begins. */
export async function readJournal(path: string): Promise<readonly Execution[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  const executions: Execution[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    const { what, jobId, workerId, at } = JSON.parse(line) as JournalLine;
    const index = executions.findLastIndex((one) => one.jobId === jobId && one.workerId === workerId);
    const known = executions[index];
    if (what === "began") executions.push({ jobId, workerId, beganAt: at, state: "open" });
    else if (known !== undefined) executions[index] = { ...known, state: what };
  }
  return executions;
}
