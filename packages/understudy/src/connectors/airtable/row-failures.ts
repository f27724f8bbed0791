import { errorFacts, type ErrorCode } from "@understudy/render";
import type { RenderFailure } from "#renders/service-render.js";

/** A row that cannot be rendered as it is. @param message one sentence without what the cells hold. */
export function badRow(message: string): RenderFailure {
  return failureFor("bad-row", message);
}

/** A row that says Pending and is not filled in. @param missing names of columns. */
export function incompleteRow(missing: readonly string[]): RenderFailure {
  return badRow(`The row is not filled in: ${missing.join(", ")}.`);
}

/** A failure with the table's own hint. */
export function failureFor(code: ErrorCode, message: string): RenderFailure {
  const { hint, retryable } = errorFacts[code];
  return { code, message, hint, retryable };
}
