import { spawn } from "node:child_process";

/** A worker's process. */
export interface WorkerProcess {
  /** How it ended: `status 0`, `status 1`, `SIGKILL`, or why it did not start. */
  readonly ended: Promise<string>;
  /** Asks it to end (SIGTERM), and kills it `afterMs` later. */
  stop(afterMs: number): void;
}

/** Starts a program with these words and this environment. */
export type StartProcess = (
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string | undefined>>,
) => WorkerProcess;

/** Starts a child of this process; what it writes goes to this process's standard error. */
export const startProcess: StartProcess = ([program, ...words], env) => {
  const child = spawn(program, words, { env, stdio: ["ignore", 2, 2] });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (thrown) => resolve(thrown.message));
    child.once("exit", (status, signal) => resolve(signal ?? `status ${status}`));
  });
  return {
    ended,
    stop(afterMs) {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
      void ended.then(() => clearTimeout(timer));
    },
  };
};
