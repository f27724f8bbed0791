import { UnderstudyError } from "@understudy/render";

/** Signals that end a command calmly; SIGPIPE stands for a standard output that nobody reads any more. */
export type StopSignal = "SIGHUP" | "SIGINT" | "SIGPIPE" | "SIGTERM";

const factsBySignal: Record<StopSignal, { status: number; message: string }> = {
  SIGHUP: { status: 129, message: "Stopped: the terminal was closed (SIGHUP)." },
  SIGINT: { status: 130, message: "Stopped by Ctrl-C." },
  SIGPIPE: { status: 141, message: "Stopped: nobody reads the output any more." },
  SIGTERM: { status: 143, message: "Stopped by SIGTERM." },
};

/** The reason that a stop signal puts on the run's `AbortSignal`. */
export function interruption(signal: StopSignal): UnderstudyError {
  return new UnderstudyError("cancelled", factsBySignal[signal].message, { cause: signal });
}

/** 128 and the number of the signal, as shells expect it; undefined when `thrown` is no interruption. */
export function interruptionStatus(thrown: unknown): number | undefined {
  if (!(thrown instanceof UnderstudyError) || thrown.code !== "cancelled") return undefined;
  return factsBySignal[thrown.cause as StopSignal]?.status;
}
