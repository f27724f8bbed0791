import type { Context } from "hono";
import { personContentPolicy } from "#people/person-page.js";
import type { ApiEnv } from "#server/api.js";

/** Longest form: 4000 characters of four bytes, each byte in three. */
const maxFormLength = 65_536;

/** What a form sent; nothing of one that is too long. */
export async function readForm(context: Context<ApiEnv>): Promise<URLSearchParams> {
  const text = await context.req.text();
  return new URLSearchParams(text.length > maxFormLength ? "" : text);
}

/** What PostgreSQL takes, cut to a length: no zero character, no half of a surrogate pair. */
export function storable(text: string | null | undefined, longest: number): string {
  const half = /[\ud800-\udfff]/gu;
  return (text ?? "").replaceAll("\u0000", "").trim().slice(0, longest).replace(half, "");
}

/** Answers with a page for somebody without a login: kept nowhere, indexed by nobody, in no frame, telling nobody whence. */
export function answerPage(
  context: Context<ApiEnv>,
  page: string,
  status: 200 | 202 | 400 | 403 | 404 | 429 | 503 = 200,
): Response {
  return context.body(page, status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": personContentPolicy,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
  });
}
