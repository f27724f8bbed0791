import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { endWithThisProcess } from "./orphan-watch.js";

/** A worker's process. */
export interface WorkerProcess {
  /** How it ended: `status 0`, `status 1`, `SIGKILL`, or why it did not start. Nothing that it started is left then. */
  readonly ended: Promise<string>;
  /** Asks it to end (SIGTERM), and kills it `afterMs` later. */
  stop(afterMs: number): void;
}

/** Starts a program with these words and this environment. */
export type StartProcess = (
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string | undefined>>,
) => WorkerProcess;

/**
 * Starts a child of this process; what it writes goes to this process's standard error. It has a process group of its own:
 * Ctrl-C reaches this process alone, which lets running jobs end; and what the child leaves behind ends with it. The SDK's ping
 * process would keep the leases of a crashed worker for ever.
 */
export const startProcess: StartProcess = ([program, ...words], env) => {
  let child: ChildProcess;
  try {
    child = spawn(program, words, { env, stdio: ["ignore", 2, 2], detached: hasGroups });
  } catch (thrown) {
    return { ended: Promise.resolve(messageOf(thrown)), stop: () => undefined };
  }
  const ended = new Promise<string>((resolve) => {
    child.once("error", (thrown) => resolve(thrown.message));
    child.once("exit", (status, signal) => resolve(signal ?? `status ${status}`));
  });
  // Node would send the signal of a child that never was to this process's own group.
  return child.pid === undefined ? { ended, stop: () => undefined } : groupOf(child, child.pid, ended);
};

function groupOf(child: ChildProcess, pid: number, ended: Promise<string>): WorkerProcess {
  const group = hasGroups ? -pid : pid;
  const forget = endWithThisProcess(group);
  let killAt = 0;
  const allEnded = ended.then(async (how) => {
    await endRest(group, killAt);
    forget();
    return how;
  });
  return {
    ended: allEnded,
    stop(afterMs) {
      killAt = performance.now() + afterMs;
      child.kill("SIGTERM");
      const timer = setTimeout(() => signalTo(group, "SIGKILL"), afterMs);
      void allEnded.then(() => clearTimeout(timer));
    },
  };
}

const hasGroups = process.platform !== "win32";
const stepMs = 20;

/** Ends what a child that has ended left in its group: politely until `killAt`, as a shell ends before the worker in it. */
async function endRest(group: number, killAt: number): Promise<void> {
  if (performance.now() < killAt) signalTo(group, "SIGTERM");
  while (performance.now() < killAt && signalTo(group, 0)) await sleep(stepMs);
  signalTo(group, "SIGKILL");
}

/** @returns whether there is anybody to get it. */
function signalTo(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : "it could not be started";
}
