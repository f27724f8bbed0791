import type { HandlerErrorReport } from "#protocol.js";
import { JobFailure } from "./handler.js";
import type { Identity } from "./settings.js";
import { workerVersion } from "./version.js";

/** Longest text of an error and of its stack. */
const maxTextLength = 16_000;

/** What the client is told of what a handler threw: a `JobFailure`'s own text, or a report of it as JSON text. */
export function errorTextOf(thrown: unknown, identity: Identity): string {
  if (thrown instanceof JobFailure) return thrown.message;
  const report: HandlerErrorReport = {
    error_type: errorTypeOf(thrown),
    error_message: (thrown instanceof Error ? thrown.message : textOf(thrown)).slice(0, maxTextLength),
    error_traceback: (thrown instanceof Error ? (thrown.stack ?? "") : "").slice(0, maxTextLength),
    hostname: identity.hostName,
    worker_id: identity.workerId,
    runpod_version: workerVersion,
  };
  return JSON.stringify(report);
}

/** Name of an error's class. */
export function errorTypeOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : typeof thrown;
}

/** What the log says of an error: its type and where it was thrown. Its message may quote the input. */
export function errorPlaceOf(thrown: unknown): string {
  const type = errorTypeOf(thrown);
  if (!(thrown instanceof Error)) return type;
  const { message, stack = "" } = thrown;
  const messageAt = stack.indexOf(message);
  // A message that was changed later stands in the stack as it was, and what is it cannot be told.
  if (messageAt < 0) return type;
  const [, place] = /^\s+at (.+)$/m.exec(stack.slice(messageAt + message.length)) ?? [];
  return place === undefined ? type : `${type} at ${place}`;
}

function textOf(thrown: unknown): string {
  try {
    return typeof thrown === "string" ? thrown : (JSON.stringify(thrown) ?? String(thrown));
  } catch {
    return "something that is no error and cannot be shown";
  }
}
