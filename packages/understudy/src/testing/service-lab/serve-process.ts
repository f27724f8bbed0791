import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A line of the service's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  /** Milliseconds since 1970, or RFC 3339. */
  readonly time: string | number;
  readonly [name: string]: unknown;
}

/** A `understudy serve` of its own process. */
export interface ServeProcess {
  /** Empty for a runner. */
  readonly url: string;
  readonly apiKey: string;
  readonly processId: number;
  isRunning(): boolean;
  /** Kill -9. Resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM. @returns the exit status. */
  stop(): Promise<number | null>;
}

const program = fileURLToPath(new URL("../../../bin/understudy.js", import.meta.url));

/**
 * Starts the built command and waits until it serves.
 * @param command another build of it.
 * @throws with what it said last when it ends before.
 */
export async function startServe(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  onLog: (line: LogLine) => void,
  command = program,
): Promise<ServeProcess> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...environment };
  const child = spawn(process.execPath, [command, "serve", "--json", "--port", "0", ...words], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => void child.on("close", resolve));
  let lastWords = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    const parsed = parseLine(line);
    if (parsed === undefined) lastWords = line;
    else onLog(parsed);
  });
  const ready = new Promise<string>((resolve) => void createInterface({ input: child.stdout }).once("line", resolve));
  const first = await Promise.race([ready, ended]);
  if (typeof first !== "string") throw new Error(`understudy serve ended with ${first}: ${lastWords}`);
  const {
    event,
    url = "",
    apiKey = "",
  } = JSON.parse(first) as {
    readonly event: string;
    readonly url?: string;
    readonly apiKey?: string;
  };
  if (event !== "ready") throw new Error(`understudy serve: ${first}`);
  return {
    url,
    apiKey,
    processId: child.pid!,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    async stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

function parseLine(line: string): LogLine | undefined {
  try {
    const value = JSON.parse(line) as Partial<LogLine>;
    return typeof value.msg === "string" ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
