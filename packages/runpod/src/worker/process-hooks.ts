import type { Seams } from "./seams.js";

/** What happens to the process of a worker. */
export interface ProcessEvents {
  /** SIGTERM or SIGINT. */
  readonly onSignal?: () => void;
  /** An error that no code caught, or a rejected promise that nobody waited for: Node makes it one. */
  readonly onCrash?: (thrown: unknown) => void;
  /** The process ends at this moment, whoever ends it; nothing asynchronous happens any more. */
  readonly onExit?: (status: number) => void;
}

/** Listens to the process. Call the result to stop. */
export function hookProcess(process: Seams["process"], { onSignal, onCrash, onExit }: ProcessEvents): () => void {
  if (onSignal !== undefined) process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  if (onCrash !== undefined) process.on("uncaughtException", onCrash);
  if (onExit !== undefined) process.on("exit", onExit);
  return () => {
    if (onSignal !== undefined) process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
    if (onCrash !== undefined) process.off("uncaughtException", onCrash);
    if (onExit !== undefined) process.off("exit", onExit);
  };
}
