import { localApi, workerFlags } from "#protocol.js";

/** What the command line of a worker says. */
export interface Flags {
  /** JSON text of one job, unread. */
  readonly testInput?: string;
  readonly logLevel?: string;
  /** Serve the local API instead of working for an endpoint. */
  readonly serveApi: boolean;
  readonly apiHost: string;
  readonly apiPort: number;
  readonly apiConcurrency: number;
  /** Words that begin with `--` and are not ours; without their values, which may be secret. */
  readonly unknown: readonly string[];
}

const withValue: ReadonlySet<string> = new Set([
  workerFlags.testInput,
  workerFlags.apiPort,
  workerFlags.apiHost,
  workerFlags.apiConcurrency,
  workerFlags.logLevel,
]);
const withoutValue: ReadonlySet<string> = new Set([workerFlags.serveApi, workerFlags.debugger]);

/**
 * Reads `--flag value` and `--flag=value`; a later one wins. A handler may have flags of its own.
 * @throws RangeError for a flag without its value, or with one that cannot be.
 */
export function readFlags(words: readonly string[]): Flags {
  const values = new Map<string, string>();
  const unknown: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    if (withoutValue.has(name)) values.set(name, "");
    else if (withValue.has(name)) {
      const value = equals < 0 ? words[++index] : word.slice(equals + 1);
      if (value === undefined) throw new RangeError(`${name} needs a value.`);
      values.set(name, value);
    } else if (name.startsWith("--")) unknown.push(name);
  }
  const testInput = values.get(workerFlags.testInput);
  const logLevel = values.get(workerFlags.logLevel);
  return {
    ...(testInput !== undefined && { testInput }),
    ...(logLevel !== undefined && { logLevel }),
    serveApi: values.has(workerFlags.serveApi),
    apiHost: values.get(workerFlags.apiHost) ?? localApi.host,
    apiPort: wholeNumber(workerFlags.apiPort, values, localApi.port, 0, 65_535),
    apiConcurrency: wholeNumber(workerFlags.apiConcurrency, values, 1, 1, 1_000),
    unknown,
  };
}

function wholeNumber(
  name: string,
  values: ReadonlyMap<string, string>,
  fallback: number,
  least: number,
  most: number,
): number {
  const text = values.get(name);
  if (text === undefined) return fallback;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}.`);
}
