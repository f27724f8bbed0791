import type { HandlerErrorReport } from "#protocol.js";
import { JobFailure } from "./handler.js";
import type { Identity } from "./settings.js";
import { workerVersion } from "./version.js";

/** Longest text of an error and of its stack. */
const maxTextLength = 16_000;
/** Longest name of an error's class. */
const maxNameLength = 100;

/** What the client is told of what a handler threw: a `JobFailure`'s own text, or a report of it as JSON text. Never throws. */
export function errorTextOf(thrown: unknown, identity: Identity): string {
  const { type, message, stack, isPlain } = read(thrown);
  if (isPlain) return message;
  const report: HandlerErrorReport = {
    error_type: type,
    error_message: message.slice(0, maxTextLength),
    error_traceback: stack.slice(0, maxTextLength),
    hostname: identity.hostName,
    worker_id: identity.workerId,
    runpod_version: workerVersion,
  };
  return JSON.stringify(report);
}

/** Name of an error's class. Never throws. */
export function errorTypeOf(thrown: unknown): string {
  return read(thrown).type;
}

/**
 * What the log says of an error: its type and where it was thrown, which of a `JobFailure` helps nobody. Its message may quote
 * the input. Never throws.
 */
export function errorPlaceOf(thrown: unknown): string {
  const { type, message, stack, isPlain } = read(thrown);
  if (isPlain) return type;
  const messageAt = stack.indexOf(message);
  // A message that was changed later stands in the stack as it was, and what is it cannot be told.
  if (messageAt < 0) return type;
  const [, place] = /^\s+at (.+)$/m.exec(stack.slice(messageAt + message.length)) ?? [];
  return place === undefined ? type : `${type} at ${place}`;
}

interface ReadError {
  readonly type: string;
  readonly message: string;
  /** Empty: there is none. */
  readonly stack: string;
  /** Whether the client is told the message alone. */
  readonly isPlain: boolean;
}

/** Handlers throw all there is: a Proxy or a getter that throws itself, an error whose message is an object. */
function read(thrown: unknown): ReadError {
  try {
    if (!(thrown instanceof Error)) return { type: typeof thrown, message: textOf(thrown), stack: "", isPlain: false };
    const { name, message, stack } = thrown as { readonly [Member in "name" | "message" | "stack"]: unknown };
    return {
      type: textOf(name).slice(0, maxNameLength),
      message: textOf(message),
      stack: typeof stack === "string" ? stack : "",
      isPlain: thrown instanceof JobFailure,
    };
  } catch {
    return { type: typeof thrown, message: "something that cannot be shown", stack: "", isPlain: false };
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}
