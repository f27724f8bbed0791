import { workerVariables } from "#protocol.js";
import type { ServeOptions, WorkerLogLine } from "./serve-options.js";

/** Writes one line of the worker's log. No input, output, key or URL with a query ever comes here. */
export type Log = (line: WorkerLogLine) => void;

const rank = { debug: 0, info: 1, warn: 2, error: 3 } as const;

/** Where a worker's lines go: `options.log`, or standard error. */
export function createLog(options: ServeOptions, flagLevel: string | undefined): Log {
  if (options.log !== undefined) return neverThrowing(options.log);
  const env = options.env ?? process.env;
  const wanted = flagLevel ?? env[workerVariables.logLevel] ?? env[workerVariables.debugLevel];
  const least = leastRank(wanted);
  const asText = env[workerVariables.endpointId] ? jsonLine : textLine;
  // A reader of the log that went away ends no job.
  process.stderr.off("error", ignore).on("error", ignore);
  return (line) => {
    if (rank[line.level] >= least) process.stderr.write(asText(line));
  };
}

function ignore(): void {}

/** No job fails, and no worker ends, because a line could not be written. */
function neverThrowing(log: Log): Log {
  return (line) => {
    try {
      log(line);
    } catch {
      // There is no other place to say so.
    }
  };
}

/** The SDK's names ([PY] rp_logger.py); `NOTSET` writes nothing; anything else counts as `INFO`. */
function leastRank(name: string | undefined): number {
  switch (name?.toUpperCase()) {
    case "NOTSET":
      return Infinity;
    case "TRACE":
    case "DEBUG":
      return rank.debug;
    case "WARN":
      return rank.warn;
    case "ERROR":
      return rank.error;
    default:
      return rank.info;
  }
}

/** One line of the default log behind an endpoint: the members that the platform's log viewer reads. */
export function jsonLine({ level, message, jobId }: WorkerLogLine): string {
  const line = { requestId: jobId ?? null, message: message.slice(0, maxMessageLength), level: level.toUpperCase() };
  return `${JSON.stringify(line)}\n`;
}

/** One line of the default log elsewhere. */
export function textLine({ level, message, jobId }: WorkerLogLine): string {
  const about = jobId === undefined ? "" : `${jobId} | `;
  // One line stays one line, whatever a handler logs.
  const text = message.slice(0, maxMessageLength).replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
  return `${level.toUpperCase().padEnd(7)}| ${about}${text}\n`;
}

/** The SDK cuts longer messages, too ([PY] rp_logger.py). */
const maxMessageLength = 4_096;
