import { toUnderstudyError } from "@understudy/render";
import { failureLineOf } from "@understudy/understudy";

/**
 * A failure as its caller reads it: `code: message`, one line. Of a fault that nobody foresaw it tells nothing: its message
 * may hold a path, an address or a name.
 */
export function failureLine(thrown: unknown): string {
  const { code, message } = toUnderstudyError(thrown);
  const isForeseen = code !== "internal-error";
  return failureLineOf({
    code,
    message: isForeseen ? message : "The worker met a fault of its own; its log tells more.",
  });
}

/** Tells the operator why a job failed; of a fault that nobody foresaw its kind and where it happened, not its message. */
export function logFailure(thrown: unknown, log: (message: string) => void): void {
  const error = toUnderstudyError(thrown);
  if (error.code === "internal-error") log(faultOf(error));
  log(`Failed: ${failureLine(error)}`);
}

function faultOf(error: Error): string {
  const { name, stack = "" } = error.cause instanceof Error ? error.cause : error;
  const [head = "", ...lines] = stack.split("\n");
  // A stack that came from another thread begins with the kind of what was thrown there.
  const kind = /^(\w+Error)(?=:|$)/.exec(head)?.[1] ?? name;
  const frames = lines.filter((line) => line.startsWith("    at ")).slice(0, 6);
  return `${kind} ${frames.map((line) => line.trim()).join(" ")}`;
}
