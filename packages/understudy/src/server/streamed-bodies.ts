/** Largest body that is read into memory before its route looks at it. */
export const maxBodyBytes = 1_048_576;

/** Paths whose routes read their bodies themselves, with limits of their own. */
const streamed = ["/v1/uploads", "/v2/"];

/** Whether a body of this path is a stream of any length, which may take any time. */
export function isStreamed(path: string): boolean {
  return streamed.some((prefix) => path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`));
}
