import { type AddressPolicy, parseAddressPolicy } from "@understudy/guarded-fetch";
import { hostedLimits, idPattern, workerTiming } from "#protocol.js";
import type { EndpointOptions, RateLimit } from "./endpoint.js";
import { monotonicNow } from "./monotonic-now.js";
import { keyOf } from "./webhooks/sign.js";

/** An endpoint's options with every default filled in. */
export interface Settings {
  readonly id: string;
  readonly keys: readonly string[];
  readonly workerKeys: readonly string[];
  readonly leaseMs: number;
  readonly pingIntervalMs: number;
  readonly maxAttempts: number;
  readonly executionTimeoutMs: number;
  readonly pollMs: number;
  readonly maxRunBodyBytes: number;
  readonly maxRunSyncBodyBytes: number;
  readonly maxStreamBytes: number;
  readonly rateLimits: Readonly<Record<string, RateLimit>>;
  readonly webhookAddresses: AddressPolicy;
  readonly webhookSecret: string | undefined;
  readonly webhookAttempts: number;
  readonly webhookDelayMs: number;
  readonly sweepMs: number;
  readonly now: () => number;
  readonly log: (line: string) => void;
  readonly onStopPod: (workerId: string) => void;
  readonly extraWorkerCounts: () => { readonly initializing: number; readonly throttled: number };
}

/**
 * Fills in the defaults.
 * @throws RangeError for an id that cannot stand in a path, no key or an empty one, and a webhook secret that is none.
 */
export function settingsOf(options: EndpointOptions): Settings {
  if (!idPattern.test(options.id)) throw new RangeError("An endpoint's id has letters, digits, `.`, `_` and `-` only.");
  if (options.webhookSecret !== undefined) keyOf(options.webhookSecret);
  const keys = checkedKeys(options.keys);
  const pingIntervalMs = options.pingIntervalMs ?? workerTiming.defaultPingIntervalMs;
  return {
    id: options.id,
    keys,
    workerKeys: options.workerKeys === undefined ? keys : checkedKeys(options.workerKeys),
    leaseMs: options.leaseMs ?? 3 * pingIntervalMs,
    pingIntervalMs,
    maxAttempts: options.maxAttempts ?? 3,
    executionTimeoutMs: options.executionTimeoutMs ?? hostedLimits.defaultExecutionTimeoutMs,
    pollMs: options.pollMs ?? 25_000,
    maxRunBodyBytes: options.maxRunBodyBytes ?? hostedLimits.runBodyBytes,
    maxRunSyncBodyBytes: options.maxRunSyncBodyBytes ?? hostedLimits.runSyncBodyBytes,
    maxStreamBytes: options.maxStreamBytes ?? 100_000_000,
    rateLimits: options.rateLimits ?? {},
    webhookAddresses: options.webhookAddresses ?? parseAddressPolicy([]),
    webhookSecret: options.webhookSecret,
    webhookAttempts: options.webhookAttempts ?? hostedLimits.webhookAttempts,
    webhookDelayMs: options.webhookDelayMs ?? hostedLimits.webhookDelayMs,
    sweepMs: options.sweepMs ?? 1_000,
    now: options.now ?? monotonicNow,
    log: options.log ?? (() => {}),
    onStopPod: options.onStopPod ?? (() => {}),
    extraWorkerCounts: options.extraWorkerCounts ?? (() => ({ initializing: 0, throttled: 0 })),
  };
}

function checkedKeys(keys: readonly string[]): readonly string[] {
  if (keys.length === 0) throw new RangeError("An endpoint needs at least one key.");
  if (keys.some((key) => key.trim() === "")) throw new RangeError("An endpoint's key is empty.");
  return keys;
}
