/** A part of an object: from `start` to `end`, both included, as HTTP counts. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a `Range` header (RFC 9110, section 14). Undefined: the whole file, also for a header that is none, or that asks for
 * several ranges. `outside`: there is nothing of it in a file of that size.
 */
export function parseRange(header: string | undefined, byteLength: number): ByteRange | "outside" | undefined {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const last = byteLength - 1;
  if (from === "") {
    const count = Number(to);
    return byteLength === 0 || count === 0 ? "outside" : { start: Math.max(0, byteLength - count), end: last };
  }
  if (Number(from) > last || (to !== "" && Number(to) < Number(from))) return "outside";
  return { start: Number(from), end: to === "" ? last : Math.min(Number(to), last) };
}
