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
