import { pinNames, type AddressesOf, type ResolveName } from "#address/pinned-names.js";
import { publicOnly, type AddressPolicy } from "#address/address-policy.js";
import { GuardedFetchError } from "#errors.js";
import { fillLimits, type Limits } from "#limits.js";
import { hostOf, type GuardedUrl } from "#url.js";
import { openDeadline, type Deadline } from "./deadline.js";

/** What every call accepts. */
export interface GuardOptions<L extends Limits = Limits> {
  /** Headers for the origin that the URL names; a redirect to another origin loses them all. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Addresses that may be reached besides public ones. Default none. */
  readonly policy?: AddressPolicy;
  /** Whether a redirect may lead from https to http. Default false. */
  readonly allowDowngrade?: boolean;
  readonly limits?: Partial<L>;
  /** Stops the call at once; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Replaces the system's resolver: for tests and split-horizon DNS. Its answers are checked like any other. */
  readonly resolve?: ResolveName;
  /** PEM text of the only authority to trust in place of the public ones: for tests and private networks. */
  readonly certificateAuthority?: string;
}

/** What all hops and attempts of one call share. */
export interface Guards<L extends Limits = Limits> {
  readonly addressesOf: AddressesOf;
  readonly limits: L;
  readonly deadline: Deadline;
  readonly allowDowngrade: boolean;
  readonly certificateAuthority: string | undefined;
}

/** Runs one call under its guards. When its time is over or it was cancelled, that is the reason it fails with. */
export async function withGuards<L extends Limits, T>(
  url: GuardedUrl,
  options: GuardOptions<L>,
  defaults: L,
  run: (guards: Guards<L>) => Promise<T>,
): Promise<T> {
  const limits = fillLimits(options.limits, defaults);
  const deadline = openDeadline(limits.totalMs, options.signal, () => tookTooLong(url, limits.totalMs));
  try {
    deadline.signal.throwIfAborted();
    return await run({
      limits,
      deadline,
      addressesOf: pinNames(options.policy ?? publicOnly, options.resolve),
      allowDowngrade: options.allowDowngrade ?? false,
      certificateAuthority: options.certificateAuthority,
    });
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : error;
  } finally {
    deadline.close();
  }
}

/** What a call fails with whose time is over. */
export function tookTooLong(url: GuardedUrl, totalMs: number): GuardedFetchError {
  return new GuardedFetchError("too-slow", `${hostOf(url)} did not finish within ${totalMs} ms.`);
}
