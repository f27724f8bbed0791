import { z } from "zod";
import { toUnderstudyError, UnderstudyError } from "#model/errors.js";

const engineFailureSchema = z.object({
  /** Permanent, kebab-case. A newer engine may have codes that this release does not know. */
  code: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    .max(60),
  message: z.string().min(1).max(4000),
  /** The next step, one sentence. */
  hint: z.string().max(4000),
  /** Whether the same request can succeed later, or elsewhere, without a change. */
  retryable: z.boolean(),
});

/**
 * How an engine says that it failed: our errors in JSON. Where a protocol has room for a text only, the JSON is the
 * text.
 */
export type EngineFailure = Readonly<z.infer<typeof engineFailureSchema>>;

/**
 * What an engine says of whatever was thrown. Only sentences that we wrote leave the machine: others may hold paths,
 * addresses with signatures, or names, and belong in the engine's own log.
 */
export function engineFailureOf(thrown: unknown): EngineFailure {
  const error = toUnderstudyError(thrown);
  const isOurs = error.code !== "internal-error";
  const told = isOurs ? error : new UnderstudyError("internal-error", "The engine met a fault of its own.");
  const { code, message, hint, retryable } = told;
  return { code, message, hint, retryable };
}

/**
 * Reads a failure from a parsed value or from JSON text; undefined for anything else, such as a worker's stack trace.
 */
export function parseEngineFailure(value: unknown): EngineFailure | undefined {
  const parsed = engineFailureSchema.safeParse(typeof value === "string" ? parseJson(value) : value);
  return parsed.success ? parsed.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
