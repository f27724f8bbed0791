import { isIPv4 } from "node:net";

/**
 * Whether the host of a URL is this machine itself; a name such as `127.example.com` may be anywhere.
 * @param hostname as `URL.hostname` spells it, IPv6 in brackets.
 */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || (isIPv4(hostname) && hostname.startsWith("127."));
}
