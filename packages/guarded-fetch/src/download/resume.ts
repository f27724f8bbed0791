import type { IncomingHttpHeaders } from "node:http";

/**
 * What proves that a later answer continues the same bytes: a strong ETag, or a Last-Modified that is strong by
 * RFC 9110 8.8.2.2 (at least one second older than the answer's own Date).
 */
export function strongValidator(headers: IncomingHttpHeaders): string | undefined {
  const { etag, date = "", "last-modified": lastModified } = headers;
  if (etag?.startsWith('"') === true) return etag;
  if (lastModified === undefined) return undefined;
  return Date.parse(date) - Date.parse(lastModified) >= 1000 ? lastModified : undefined;
}

/** Where a partial answer begins and how long the whole is; `undefined` for what is not one single range. */
export interface ContentRange {
  readonly start: number;
  /** `undefined` when the server does not know. */
  readonly totalBytes: number | undefined;
}

/** Reads `Content-Range: bytes 100-199/1000` (RFC 9110 14.4). */
export function parseContentRange(text: string | undefined): ContentRange | undefined {
  const [, start, total] = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(text ?? "") ?? [];
  if (start === undefined || total === undefined) return undefined;
  return { start: Number(start), totalBytes: total === "*" ? undefined : Number(total) };
}
