import { validateHeaderName, validateHeaderValue } from "node:http";
import { GuardedFetchError } from "#errors.js";

/** Headers of one message, names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** Set here or by Node: they decide where a message goes, where it ends, or how its body is written. */
const ours: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "expect",
  "host",
  "if-range",
  "keep-alive",
  "range",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Reads the headers that a caller wants to send. Messages name the header, never its value.
 * @throws GuardedFetchError `bad-options`
 */
export function checkHeaders(headers: Headers = {}): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [checkName(name), checkValue(name, value)]));
}

function checkName(name: string): string {
  const lower = name.toLowerCase();
  if (ours.has(lower) || lower.startsWith("proxy-")) {
    throw new GuardedFetchError("bad-options", `The header ${lower} cannot be set.`);
  }
  try {
    validateHeaderName(lower);
  } catch {
    throw new GuardedFetchError("bad-options", "A header has a name that HTTP does not allow.");
  }
  return lower;
}

function checkValue(name: string, value: string): string {
  try {
    validateHeaderValue(name, value);
  } catch {
    throw new GuardedFetchError(
      "bad-options",
      `The header ${name.toLowerCase()} has a value that HTTP does not allow.`,
    );
  }
  return value;
}
