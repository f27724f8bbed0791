import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8 from compiling the parsers a second time for speed. A run reads a few thousand lines and ends: compiling ruff's
 * 10 MB again in the background took three quarters of it (4.5 s of CPU against 1.4 s for 94 files, two cores). The flag
 * holds for the whole process, so only the command sets it, never the library.
 */
export function preferQuickWasm(): void {
  setFlagsFromString("--liftoff-only");
}
