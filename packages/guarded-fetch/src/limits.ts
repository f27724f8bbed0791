import { GuardedFetchError } from "#errors.js";

/** What one call may take. */
export interface Limits {
  /** Bytes of body, as sent. Default 1 MiB for `request`, 512 MiB for `download`. */
  readonly maxBytes: number;
  /** Milliseconds for the name to resolve, and again for the connection, TLS included, of each hop. Default 10,000. */
  readonly connectMs: number;
  /** Longest silence of a connection in milliseconds. Default 15,000 for `request`, 30,000 for `download`. */
  readonly idleMs: number;
  /** Milliseconds for the whole call: redirects, attempts and pauses. Default 30,000 for `request`, 600,000 for `download`. */
  readonly totalMs: number;
}

/** What a download may take on top. */
export interface DownloadLimits extends Limits {
  /** Connections that may be tried, the first one included; 1 never retries. Default 5. */
  readonly attempts: number;
  /** Milliseconds before the second attempt, doubled with each further one and varied by half. Default 500. */
  readonly firstPauseMs: number;
  /** Longest pause in milliseconds; a Retry-After beyond it ends the download at once. Default 30,000. */
  readonly maxPauseMs: number;
}

/** Defaults of `request`. */
export const requestLimits: Limits = { maxBytes: 2 ** 20, connectMs: 10_000, idleMs: 15_000, totalMs: 30_000 };

/** Defaults of `download`. */
export const downloadLimits: DownloadLimits = {
  maxBytes: 512 * 2 ** 20,
  connectMs: 10_000,
  idleMs: 30_000,
  totalMs: 600_000,
  attempts: 5,
  firstPauseMs: 500,
  maxPauseMs: 30_000,
};

/** Longest delay of a timer; Node runs a longer one at once. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Fills in what the caller left out.
 * @throws GuardedFetchError `bad-options` for anything but a whole number from 1 up (milliseconds: to 24.8 days).
 */
export function fillLimits<L extends Limits>(given: Partial<L> | undefined, defaults: L): L {
  const limits: L = { ...defaults, ...given };
  for (const [name, value] of Object.entries(limits)) {
    const highest = name.endsWith("Ms") ? maxTimerMs : Number.MAX_SAFE_INTEGER;
    if (!Number.isSafeInteger(value) || value < 1 || value > highest) {
      throw new GuardedFetchError("bad-options", `limits.${name} must be a whole number from 1 to ${highest}.`);
    }
  }
  return limits;
}
