import { errorFacts, toUnderstudyError, UnderstudyError } from "@understudy/render";
import pc from "picocolors";
import { reservedVariables } from "#config/index.js";
import { interruptionStatus } from "./interruption.js";
import type { CliIo } from "./io.js";
import { printable, printableLine } from "./printable.js";

/**
 * Tells what went wrong, as one JSON line or as three calm lines, and decides the exit status.
 * Only an error nobody foresaw (or UNDERSTUDY_DEBUG=1) shows a stack.
 */
export function reportFailure(thrown: unknown, io: CliIo, isJson: boolean): number {
  // Whatever a stopped run throws on its way out, the stop is the reason; a command may tell more of it.
  const isOther = io.signal.aborted && interruptionStatus(thrown) === undefined;
  const error = toUnderstudyError(isOther ? io.signal.reason : thrown);
  const { code, message, hint, retryable } = error;
  if (isJson) io.stdout.write(`${JSON.stringify({ event: "error", code, message, hint, retryable })}\n`);
  if (!isJson || code === "internal-error") io.stderr.write(inWords(error, io));
  return interruptionStatus(error) ?? errorFacts[code].exitStatus;
}

function inWords(error: UnderstudyError, io: CliIo): string {
  const color = pc.createColors(io.stderr.isTerminal && !io.env["NO_COLOR"]);
  // Only this one is a list; elsewhere a newline comes from a name and must not begin a line of its own.
  const message = error.code === "bad-config" ? printable(error.message) : printableLine(error.message);
  const lines = [
    `${color.red("✗")} ${color.bold(error.code)}`,
    `  ${message}`,
    `  ${color.dim("→")} ${printableLine(error.hint)}`,
  ];
  const wantsStack = error.code === "internal-error" || io.env[reservedVariables.debug] === "1";
  if (wantsStack) lines.push("", printable(stackOf(error)));
  return `${lines.join("\n")}\n`;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? stackOf(error.cause) : undefined;
  // The wrapper of an unforeseen error says nothing that its cause does not say better.
  if (cause !== undefined && error instanceof UnderstudyError && error.code === "internal-error") return cause;
  return [error.stack ?? error.message, ...(cause === undefined ? [] : [`Caused by: ${cause}`])].join("\n");
}
