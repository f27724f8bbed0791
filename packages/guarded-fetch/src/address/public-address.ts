import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** IANA's global unicast space; IPv4-compatible addresses (::/96) and all that is unassigned lie outside. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/** A public address on paper, yet Azure answers it inside every virtual machine with the machine's settings. */
const azureHost = "168.63.129.16";

/**
 * Whether an address belongs to the public internet: not private, loopback, link-local, unique-local, shared (CGNAT),
 * multicast, reserved, documentation, nor one that carries an IPv4 address inside (mapped, compatible, NAT64, 6to4,
 * Teredo). What is no address is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address === azureHost) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(globalUnicast);
}
