import type { PreflightEngine } from "./engine.js";
import type { PreflightIo } from "./io.js";

/** What every command is given. */
export interface CliContext {
  readonly io: PreflightIo;
  readonly loadEngine: () => Promise<PreflightEngine>;
  /** Decides the exit status; 0 when nobody does. */
  readonly setStatus: (status: number) => void;
}
