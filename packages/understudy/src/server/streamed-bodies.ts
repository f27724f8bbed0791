import { briefEndpointId } from "#connectors/brief-spellings.js";

/** Largest body that is read into memory before its route looks at it. */
export const maxBodyBytes = 1_048_576;

/** Paths whose routes read their bodies themselves, with limits of their own. */
const streamed = ["/v1/uploads", "/v2/"];

/** Below one of these, and read like any other. */
const whole = `/v2/${briefEndpointId}/`;

/** Whether a body of this path is a stream of any length, which may take any time. */
export function isStreamed(path: string): boolean {
  if (path.startsWith(whole)) return false;
  return streamed.some((prefix) => path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`));
}
