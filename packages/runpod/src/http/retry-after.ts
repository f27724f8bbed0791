/**
 * Milliseconds in a `Retry-After` header, which holds seconds or a date (RFC 9110, section 10.2.3); undefined: none that can be read.
 * @param maxMs longest that is obeyed; default a minute.
 */
export function retryAfterMs(header: string | undefined, maxMs = 60_000): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), maxMs);
}
