import { readFileSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { nothingThere } from "./look-at.js";
import type { ProcessIdentity } from "./render-records.js";

/**
 * Names a process so that a later one with the same number is not taken for it: containers start at small numbers again
 * and again, so the namespace of the numbers belongs to it. Where the system does not tell (elsewhere than Linux) the number
 * is all there is.
 */
export function identifyProcess(pid: number = process.pid): ProcessIdentity {
  const stat = readStat(pid);
  return {
    pid,
    ...(stat !== undefined && { startedAt: stat.startedAt }),
    ...(pidNamespace !== undefined && { pidNamespace }),
  };
}

/** The process whose identity a file holds as JSON; undefined when there is none, or something else is in it. */
export async function readOwner(path: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(path, "utf8").catch(nothingThere);
  try {
    const owner = JSON.parse(text ?? "") as Partial<ProcessIdentity> | null;
    return typeof owner?.pid === "number" ? (owner as ProcessIdentity) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process belongs to another container since the machine started: from here it cannot be seen. */
export function isElsewhere({ startedAt, pidNamespace: theirs }: ProcessIdentity): boolean {
  return theirs !== undefined && theirs !== pidNamespace && isOfThisBoot(startedAt);
}

/** Whether that very process may still run; one of another container may. */
export function mayBeAlive(identity: ProcessIdentity): boolean {
  if (isElsewhere(identity)) return true;
  const { pid, startedAt } = identity;
  if (startedAt === undefined) return answers(pid);
  const stat = readStat(pid);
  return stat !== undefined && stat.startedAt === startedAt && !stat.hasEnded;
}

/** Such as `pid:[4026531836]`; see pid_namespaces(7). */
const pidNamespace = readIfThere(() => readlinkSync("/proc/self/ns/pid"));

interface ProcessStat {
  /** Boot of the machine, and clock ticks from it to the start of the process. */
  readonly startedAt: string;
  /** Ended, but its parent has not asked for its exit status yet. */
  readonly hasEnded: boolean;
}

/** From `/proc`; undefined for a process that is not there, and on systems without it. See proc_pid_stat(5). */
function readStat(pid: number): ProcessStat | undefined {
  const text = readIfThere(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  const bootId = readBootId();
  if (text === undefined || bootId === undefined) return undefined;
  // The second field is the program's name in parentheses, which may hold spaces; after it follows field 3.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state = "", startTicks = ""] = [fields[0], fields[22 - 3]];
  return { startedAt: `${bootId}:${startTicks}`, hasEnded: /^[ZXx]$/.test(state) };
}

/** Whatever ran before the machine started is dead, in whichever container. */
function isOfThisBoot(startedAt: string | undefined): boolean {
  return startedAt === undefined || startedAt.split(":")[0] === readBootId();
}

function readBootId(): string | undefined {
  return readIfThere(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
}

function readIfThere(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Signal 0 only asks whether the process is there; it may be there and belong to somebody else. */
function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}
