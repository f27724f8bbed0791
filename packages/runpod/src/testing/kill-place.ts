import { join } from "node:path";
import { workerEnvironment, workerVariables, type WorkerAddress } from "#protocol.js";
import type { Child } from "./child.js";
import { startProgram } from "./kill-program.js";

/** A place for a worker: one at a time, each with a name of its own, all with the same spool folder. */
export interface WorkerPlace {
  readonly spoolFolder: string;
  /** Name of the worker that was started last. */
  workerId(): string;
  isRunning(): boolean;
  start(): void;
  /** Kill -9. @returns when it was, in milliseconds since 1970. */
  kill(): Promise<number>;
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
}

/** An empty place. Its workers write into `journal`, a file in `folder`. */
export function workerPlace(name: string, folder: string, address: Omit<WorkerAddress, "workerId">): WorkerPlace {
  const spoolFolder = join(folder, `spool-${name}`);
  let started = 0;
  let child: Child | undefined;
  const workerId = (): string => `worker-${name}-${started}`;
  return {
    spoolFolder,
    workerId,
    isRunning: () => child?.isRunning() === true,
    start() {
      started += 1;
      const setup = { workerId: workerId(), spoolFolder, journal: join(folder, "journal") };
      const env = workerEnvironment({ ...address, workerId: workerId() });
      child = startProgram({ name: "kill-worker", setup }, { ...env, [workerVariables.logLevel]: "ERROR" });
    },
    async kill() {
      const at = Date.now();
      await child?.kill();
      return at;
    },
    signal: (signal) => child?.stop(signal),
  };
}
