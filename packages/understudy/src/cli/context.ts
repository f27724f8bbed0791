import type { Wiring } from "#wire.js";
import type { CliIo } from "./io.js";

/** What every command is given. */
export interface CliContext {
  readonly io: CliIo;
  readonly wiring: Wiring;
  /** True when standard output is for a program: JSON Lines and nothing else. */
  readonly isJson: boolean;
  /** The words of the command line; commander does not say which of them stood behind `--`. */
  readonly argv: readonly string[];
}
