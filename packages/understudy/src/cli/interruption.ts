import { UnderstudyError } from "@understudy/render";

/** Signals that end a command calmly. */
export type StopSignal = "SIGINT" | "SIGTERM";

const statusBySignal: Record<StopSignal, number> = { SIGINT: 130, SIGTERM: 143 };

/** The reason that a stop signal puts on the run's `AbortSignal`. */
export function interruption(signal: StopSignal): UnderstudyError {
  const message = signal === "SIGINT" ? "Stopped by Ctrl-C." : "Stopped by SIGTERM.";
  return new UnderstudyError("cancelled", message, { cause: signal });
}

/** 130 or 143 as shells expect it; undefined when `thrown` is no interruption. */
export function interruptionStatus(thrown: unknown): number | undefined {
  if (!(thrown instanceof UnderstudyError) || thrown.code !== "cancelled") return undefined;
  return statusBySignal[thrown.cause as StopSignal];
}
