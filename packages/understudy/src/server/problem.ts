import { errorFacts, toUnderstudyError, UnderstudyError, type ErrorCode } from "@understudy/render";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "@hono/zod-openapi";
import { apiPrefix } from "@understudy/runpod/protocol";
import { briefEndpointId } from "#connectors/brief-spellings.js";
import { Refusal } from "./refusal.js";

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
  .openapi("Problem", {
    example: {
      type: "urn:understudy:error:not-found",
      title: "not-found",
      status: 404,
      detail: "There is no render of this id.",
      code: "not-found",
      hint: errorFacts["not-found"].hint,
      retryable: false,
    },
  });

/** The same where RunPod's clients ask, with RunPod's own member. */
export const jobProblemSchema = problemSchema
  .extend({ error: z.string().openapi({ description: "The code, a colon, one sentence." }) })
  .openapi("JobProblem", {
    example: {
      type: "urn:understudy:error:unauthorized",
      title: "unauthorized",
      status: 401,
      detail: "The key is missing, wrong, revoked or expired.",
      code: "unauthorized",
      hint: errorFacts.unauthorized.hint,
      retryable: false,
      error: "unauthorized: The key is missing, wrong, revoked or expired.",
    },
  });

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

/** Where the brief's own endpoint answers. */
const jobsPath = `/${apiPrefix}/${briefEndpointId}/`;

/** What is unavailable is asked for again after so long. */
const retryAfterSeconds = 5;

/** HTTP status of a failure: what a caller can mend is 4xx. */
export function statusOf(code: ErrorCode): number {
  return statuses[code] ?? (errorFacts[code].retryable ? 503 : 422);
}

/** Answers with a failure, whatever it is; what is no failure of ours tells nothing of itself. */
export function problem(context: Context, thrown: unknown): Response {
  const failure = failureOf(thrown);
  const { code, message, hint, retryable } = failure;
  const { status, headers } = failure instanceof Refusal ? failure : { status: statusOf(code), headers: {} };
  const body = { type: `urn:understudy:error:${code}`, title: code, status, detail: message, code, hint, retryable };
  // Make.com reads nothing as JSON but what says exactly that; RunPod's answers have `error`.
  const isJob = context.req.path.startsWith(jobsPath);
  return context.json(isJob ? { ...body, error: `${code}: ${message}` } : body, status as 400, {
    "content-type": isJob ? "application/json" : "application/problem+json",
    ...(status === 401 && { "www-authenticate": "Bearer" }),
    ...(status === 503 && { "retry-after": String(retryAfterSeconds) }),
    ...headers,
  });
}

/** Thrown by a handler when there is nothing of that id, or it is somebody else's: the two look the same. */
export function notFound(what: string): UnderstudyError {
  return new UnderstudyError("not-found", `There is no ${what} of this id.`);
}

function failureOf(thrown: unknown): UnderstudyError {
  if (thrown instanceof HTTPException) return fromFramework(thrown);
  const failure = toUnderstudyError(thrown);
  if (failure.code !== "internal-error") return failure;
  // Its message quotes what was thrown: a statement, a path, somebody's name.
  return new UnderstudyError("internal-error", "Something unexpected happened.", {
    hint: "This is a fault of ours; please report it with the X-Request-Id of this answer, which leads to the log.",
  });
}

/** What hono itself refuses: a body that does not parse, or is of another type. */
function fromFramework({ status }: HTTPException): UnderstudyError {
  if (status === 415) {
    return new Refusal(415, "bad-request", "The body is of another type than this route takes.", {
      hint: "Send JSON with `Content-Type: application/json`, or what the route's page says.",
    });
  }
  return new Refusal(status, "bad-request", "The body cannot be read as what its Content-Type says.");
}
