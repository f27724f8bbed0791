/** Where a command writes. */
export interface Output {
  readonly isTerminal: boolean;
  /** Width of the terminal; undefined: unknown. */
  readonly columns?: number | undefined;
  write(text: string): void;
}

/** Everything the command knows of the world around it; a test hands in a made-up one. */
export interface PreflightIo {
  /** The report. */
  readonly stdout: Output;
  /** Progress, questions and failures. */
  readonly stderr: Output;
  readonly isInputTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted when the command shall stop. */
  readonly signal: AbortSignal;
  now(): Date;
  /** Shows a question and reads one line. */
  ask(question: string): Promise<string>;
}
