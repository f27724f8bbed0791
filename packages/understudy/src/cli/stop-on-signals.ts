import { removeLeftovers } from "#paths/index.js";
import { interruption, type StopSignal } from "./interruption.js";

/** Time that a stopped command has for its own tidying before the process leaves without it. */
const graceMs = 800;

let patient = 0;

/**
 * Lets the command that calls this take its time after the first stop signal: a worker finishes its jobs. A second signal still
 * ends the process. @returns ends that.
 */
export function stopPatiently(): () => void {
  patient += 1;
  return () => void (patient -= 1);
}

/** What this file needs of the process; a test hands in a made-up one. */
export interface StoppableProcess extends NodeJS.EventEmitter {
  readonly stdout: NodeJS.EventEmitter;
  readonly stderr: NodeJS.EventEmitter;
}

/** Signals by the status that shells give a process which died of them. */
const signalOfStatus: Record<number, NodeJS.Signals> = { 129: "SIGHUP", 130: "SIGINT", 143: "SIGTERM" };

/**
 * Ends the process, by the signal itself where one asked for it: `process.exit` takes down threads that are inside native
 * code, and one time in many that crashed. A shell sees the same status.
 */
function endProcess(status: number): void {
  const signal = signalOfStatus[status];
  if (signal === undefined) process.exit(status);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/**
 * First signal: a calm stop. Second one, or no end within the grace (unless `stopPatiently`), or an error that nobody caught: leave now, after
 * removing half files.
 * @param tell says why, when nobody else will, and gives the exit status.
 * @param end ends the process with that status.
 */
export function stopOnSignals(
  controller: AbortController,
  tell: (thrown: unknown) => number,
  target: StoppableProcess = process,
  end: (status: number) => void = endProcess,
): void {
  const leave = (thrown: unknown): void => {
    removeLeftovers();
    end(tell(thrown));
  };
  const stop = (signal: StopSignal): void => {
    const reason = interruption(signal);
    if (controller.signal.aborted) return leave(reason);
    controller.abort(reason);
    if (patient === 0) setTimeout(() => leave(reason), graceMs).unref();
  };
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) target.on(signal, () => stop(signal));
  for (const event of ["uncaughtException", "unhandledRejection"]) target.on(event, leave);
  // The reader of our output went away (`| head -1`): nobody wants the rest. Every further write says so again.
  target.stdout.on("error", () => {
    if (!controller.signal.aborted) stop("SIGPIPE");
  });
  // Progress that nobody reads is no reason to lose the video.
  target.stderr.on("error", () => undefined);
}
