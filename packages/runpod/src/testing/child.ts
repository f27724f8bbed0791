import { spawn } from "node:child_process";
import { once } from "node:events";

/** How a process ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of ours with the processes it starts, such as the one that the Python SDK pings from. */
export interface Child {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  isRunning(): boolean;
  /** Its standard output so far; of more than 32 million characters, the last ones. */
  stdout(): string;
  /** Its standard error so far, likewise. */
  stderr(): string;
  /** Signals the process alone, as a platform tells a container to end. */
  stop(signal: NodeJS.Signals): void;
  /** Kills it with everything it started, as the end of a container does. */
  kill(): Promise<ChildExit>;
}

/** Starts a process in a group of its own, with exactly this environment beside `PATH`. */
export function startChild(start: {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}): Child {
  const { command, args, env, cwd } = start;
  const options = { env: { PATH: process.env["PATH"], ...env }, detached: true, ...(cwd !== undefined && { cwd }) };
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} could not be started.`);
  const killGroup = () => void (groups.has(pid) && signalProcess(-pid, "SIGKILL"));
  groups.add(pid);
  child.once("exit", () => {
    killGroup();
    groups.delete(pid);
  });
  const exited = once(child, "close").then(([code, signal]): ChildExit => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  return {
    pid,
    exited,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    stdout: collect(child.stdout),
    stderr: collect(child.stderr),
    stop: (signal) => signalProcess(pid, signal),
    kill: () => {
      killGroup();
      return exited;
    },
  };
}

/** Groups that are alive; none of them outlives this process. */
const groups = new Set<number>();
process.once("exit", () => {
  for (const pid of groups) signalProcess(-pid, "SIGKILL");
});

/** A worker that polls in vain logs megabytes in seconds. */
const keptCharacters = 32_000_000;

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (part: string) => {
    text += part;
    if (text.length > keptCharacters) text = text.slice(-keptCharacters / 2);
  });
  return () => text;
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
