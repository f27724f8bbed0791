import { pino } from "pino";
import { logMembers } from "./log-value.js";
import { maskSecrets } from "./mask-secrets.js";

/** What a log line says besides its message. What may name or describe a person stands under `personal` and nowhere else. */
export interface LogFacts {
  readonly personal?: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

/** The service's log: one JSON object a line; `personal` is left out unless the configuration asks for it. */
export interface ServiceLog {
  info(facts: LogFacts, message: string): void;
  warn(facts: LogFacts, message: string): void;
  error(facts: LogFacts, message: string): void;
}

/** How a log is written. */
export interface ServiceLogOptions {
  /** Is given whole lines, each with its line feed. */
  readonly stream: { write(line: string): void };
  /** Whether what names or describes a person is written, under `personal`; default no. */
  readonly personal?: boolean;
  /** What is logged at least; `silent` writes nothing. Default `info`. */
  readonly level?: "info" | "warn" | "error" | "silent";
  /** The clock; default the machine's. */
  readonly now?: () => Date;
}

/**
 * A log of JSON lines: `level`, `time` (ISO 8601), the facts, `msg`. Secrets in any text of it are masked, see `maskSecrets`;
 * long texts and lists are cut.
 */
export function createServiceLog({ stream, personal, level = "info", now }: ServiceLogOptions): ServiceLog {
  const clock = now ?? (() => new Date());
  const logger = pino(
    {
      level,
      // Neither process id nor host name: the line's collector knows them.
      base: null,
      timestamp: () => `,"time":"${clock().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  const write = (at: "info" | "warn" | "error") => (facts: LogFacts, message: string) => {
    if (!logger.isLevelEnabled(at)) return;
    const { personal: person, ...rest } = facts;
    const told = personal === true && person !== undefined ? { ...rest, personal: person } : rest;
    logger[at](withoutOwnNames(logMembers(told)), maskSecrets(message));
  };
  return { info: write("info"), warn: write("warn"), error: write("error") };
}

/** A fact under a name that every line has would stand there twice. */
function withoutOwnNames(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [/^(level|time|msg)$/.test(name) ? `${name}_` : name, value]),
  );
}
