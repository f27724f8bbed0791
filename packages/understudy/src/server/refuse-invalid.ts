import { UnderstudyError } from "@understudy/render";
import type { z } from "@hono/zod-openapi";

/** Where a request's part is looked for, in words. */
const places: Readonly<Record<string, string>> = {
  json: "the body",
  form: "the form",
  query: "the query",
  param: "the address",
  header: "the header",
  cookie: "the cookie",
};

/** Longest path of a field, and longest explanation, that an answer repeats. */
const maxNameLength = 80;
const maxReasonLength = 300;

/**
 * Called with what a schema said of one part of a request: names the first field that is wrong, and never what it holds.
 * @throws UnderstudyError `bad-request`.
 */
export function refuseInvalid(
  result: { readonly target: string } & (
    | { readonly success: true }
    | { readonly success: false; readonly error: z.ZodError }
  ),
): void {
  if (result.success) return;
  const [issue] = result.error.issues;
  const field = printable((issue?.path ?? []).join("."), maxNameLength);
  const place = places[result.target] ?? "the request";
  const reason = printable(issue?.message ?? "it does not fit", maxReasonLength);
  const where = field === "" ? place : `\`${field}\` in ${place}`;
  throw new UnderstudyError("bad-request", `Something is wrong with ${where}: ${reason}.`);
}

/** A stranger chose the names of unknown fields: nothing but visible ASCII comes back. */
function printable(text: string, maxLength: number): string {
  return text
    .slice(0, maxLength)
    .replace(/[^\x20-\x7e]/g, "?")
    .replace(/\.$/, "");
}
