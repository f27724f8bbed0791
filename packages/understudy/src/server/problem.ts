import { errorFacts, toUnderstudyError, UnderstudyError, type ErrorCode } from "@understudy/render";
import type { Context } from "hono";
import { z } from "@hono/zod-openapi";

/** A failure as RFC 9457 says it; `code`, `hint` and `retryable` are ours. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    hint: z.string(),
    retryable: z.boolean(),
  })
  .openapi("Problem");

/** Statuses other than the rule of `statusOf`. */
const statuses: Partial<Record<ErrorCode, number>> = {
  "bad-request": 400,
  "bad-usage": 400,
  unauthorized: 401,
  forbidden: 403,
  "not-found": 404,
  "unknown-consent": 404,
  "unknown-subject": 404,
  "consent-required": 409,
  "idempotency-mismatch": 409,
  "not-retryable": 409,
  "upload-conflict": 409,
  "artifact-missing": 410,
  "input-too-large": 413,
  "rate-limited": 429,
  "internal-error": 500,
};

/** HTTP status of a failure: what a caller can mend is 4xx. */
export function statusOf(code: ErrorCode): number {
  return statuses[code] ?? (errorFacts[code].retryable ? 503 : 422);
}

/** Answers with a failure, whatever it is; what is no failure of ours tells nothing of itself. */
export function problem(context: Context, thrown: unknown): Response {
  const { code, message, hint, retryable } = toUnderstudyError(thrown);
  const status = statusOf(code);
  const body = { type: `urn:understudy:error:${code}`, title: code, status, detail: message, code, hint, retryable };
  return context.json(body, status as 400, { "content-type": "application/problem+json" });
}

/** Thrown by a handler when there is nothing of that id, or it is somebody else's: the two look the same. */
export function notFound(what: string): UnderstudyError {
  return new UnderstudyError("not-found", `There is no ${what} of this id.`);
}
