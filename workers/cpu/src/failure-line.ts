import { toUnderstudyError } from "@understudy/render";

/**
 * A failure as its caller reads it: `code: message`, one line. Of a fault that nobody foresaw it tells nothing: its message
 * may hold a path, an address or a name.
 */
export function failureLine(thrown: unknown): string {
  const { code, message } = toUnderstudyError(thrown);
  if (code === "internal-error") return "internal-error: The worker met a fault of its own; its log tells more.";
  return `${code}: ${message.replaceAll(/\s+/g, " ").trim()}`;
}

/** What the log says of a failure that nobody foresaw: its kind and where it happened, not its message. */
export function faultInLog(thrown: unknown): string | undefined {
  const error = toUnderstudyError(thrown);
  if (error.code !== "internal-error") return undefined;
  const cause = error.cause instanceof Error ? error.cause : error;
  const frames = (cause.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return `${cause.name} ${frames
    .slice(0, 6)
    .map((line) => line.trim())
    .join(" ")}`;
}
