import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { GuardedFetchError } from "#errors.js";
import { isAllowed, type AddressPolicy } from "./address-policy.js";

/**
 * Asks for all addresses of a name; rejects or answers with none when there are none.
 * For tests, and for names that this machine's own resolver does not know (split horizon).
 */
export type ResolveName = (name: string) => Promise<readonly string[]>;

/** All addresses of a host, each of them checked. */
export type AddressesOf = (host: string) => Promise<readonly string[]>;

/**
 * Resolves hosts for the length of one call. A name is asked for once; its answer stands for every later hop and attempt,
 * so a name server that changes its mind (DNS rebinding) is never heard. One refused address among public ones refuses the
 * name: no honest name mixes them.
 */
export function pinNames(policy: AddressPolicy, resolve: ResolveName = askSystem): AddressesOf {
  const pinned = new Map<string, readonly string[]>();
  return async (host) => {
    const addresses = pinned.get(host) ?? (isIP(host) === 0 ? await ask(host, resolve) : [host]);
    if (!addresses.every((address) => isAllowed(address, policy))) {
      throw new GuardedFetchError("address-refused", `The address of ${host} is not public.`);
    }
    pinned.set(host, addresses);
    return addresses;
  };
}

async function ask(name: string, resolve: ResolveName): Promise<readonly string[]> {
  const addresses = await resolve(name).catch((error: NodeJS.ErrnoException) => {
    throw unresolved(name, error.code !== "ENOTFOUND");
  });
  if (addresses.length === 0) throw unresolved(name, false);
  return addresses;
}

function unresolved(name: string, retryable: boolean): GuardedFetchError {
  return new GuardedFetchError("unresolved", `The name ${name} could not be resolved.`, { retryable });
}

/** getaddrinfo, which reads the hosts file too: the names that every other program here knows. */
async function askSystem(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}
