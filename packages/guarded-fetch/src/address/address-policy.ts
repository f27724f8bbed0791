import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { GuardedFetchError } from "#errors.js";
import { isPublicAddress } from "./public-address.js";

declare const parsed: unique symbol;

/** Which addresses may be reached besides public ones; only `parseAddressPolicy` makes one. */
export interface AddressPolicy {
  /** CIDR blocks, `loopback` spelled out. */
  readonly allow: readonly string[];
  readonly [parsed]: true;
}

const loopback = ["127.0.0.0/8", "::1/128"];

/**
 * Reads the blocks that a configuration allows: CIDR (`10.1.2.0/24`, `fd12:3456::/48`), or the word `loopback` for
 * 127.0.0.0/8 and ::1. A block names exactly its own family: `127.0.0.0/8` does not cover `::ffff:127.0.0.1`.
 * @throws GuardedFetchError `bad-options` for anything else, also for a block with bits set behind its prefix.
 */
export function parseAddressPolicy(blocks: readonly string[]): AddressPolicy {
  const allow = blocks.flatMap((block) => (block === "loopback" ? loopback : [checkBlock(block)]));
  return { allow } as Pick<AddressPolicy, "allow"> as AddressPolicy;
}

/** Public addresses only. */
export const publicOnly: AddressPolicy = parseAddressPolicy([]);

/** Whether the policy lets a connection go to this address. */
export function isAllowed(address: string, policy: AddressPolicy): boolean {
  return isPublicAddress(address) || policy.allow.some((block) => contains(block, address));
}

function contains(block: string, address: string): boolean {
  if (isIP(address) === 0) return false;
  const network = ipaddr.parseCIDR(block);
  const one = ipaddr.parse(address);
  return one.kind() === network[0].kind() && one.match(network);
}

function checkBlock(block: string): string {
  const [, address = "", prefix = ""] = /^([0-9A-Fa-f.:]+)\/(\d{1,3})$/.exec(block) ?? [];
  const family = isIP(address);
  const isBlock = family !== 0 && Number(prefix) <= (family === 4 ? 32 : 128);
  if (!isBlock) {
    throw new GuardedFetchError("bad-options", `"${block}" is not a CIDR block such as 10.1.2.0/24, nor "loopback".`);
  }
  const network = networkOf(block, family);
  if (network !== ipaddr.parse(address).toNormalizedString()) {
    throw new GuardedFetchError(
      "bad-options",
      `"${block}" has bits set behind its prefix; write ${network}/${prefix}.`,
    );
  }
  return block;
}

function networkOf(block: string, family: number): string {
  const kind = family === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return kind.networkAddressFromCIDR(block).toNormalizedString();
}
