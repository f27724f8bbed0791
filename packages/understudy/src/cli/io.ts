/** Where a command writes. */
export interface Output {
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** Everything a command knows of the world around it; a test hands in a made-up one. */
export interface CliIo {
  /** Results: the manifest, JSON Lines. */
  readonly stdout: Output;
  /** Progress, questions and errors. */
  readonly stderr: Output;
  readonly isInputTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by a stop signal; its reason is the error that `interruption` made. */
  readonly signal: AbortSignal;
  now(): Date;
  /** Shows a question and reads one line. @throws the signal's reason when aborted. */
  ask(question: string): Promise<string>;
}
