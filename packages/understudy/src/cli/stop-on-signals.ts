import { removeLeftovers } from "#paths/index.js";
import { interruption, interruptionStatus, type StopSignal } from "./interruption.js";

/** Time that a stopped command has for its own tidying before the process leaves without it. */
const graceMs = 800;

/**
 * First Ctrl-C or SIGTERM: a calm stop. Second one, or no end within the grace: leave now, after removing half files.
 * @param tell says why, when nobody else will.
 */
export function stopOnSignals(controller: AbortController, tell: (reason: Error) => void): void {
  const stop = (signal: StopSignal): void => {
    const reason = interruption(signal);
    const leave = (): never => {
      removeLeftovers();
      tell(reason);
      process.exit(interruptionStatus(reason));
    };
    if (controller.signal.aborted) leave();
    controller.abort(reason);
    setTimeout(leave, graceMs).unref();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // The reader of our output went away (`| head -1`): nobody wants the rest.
  process.stdout.on("error", () => stop("SIGTERM"));
}
