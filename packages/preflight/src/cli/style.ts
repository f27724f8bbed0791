import pc from "picocolors";
import type { PreflightIo } from "./io.js";

/** Colours go to a terminal only, and NO_COLOR (no-color.org) or `--no-color` turns them off. */
export function wantsColor(io: PreflightIo, color: boolean | undefined): boolean {
  return color !== false && io.stdout.isTerminal && !io.env["NO_COLOR"];
}

/** Painting functions for standard output. */
export function paintFor(io: PreflightIo, color: boolean | undefined): ReturnType<typeof pc.createColors> {
  return pc.createColors(wantsColor(io, color));
}

/** Width to write for: of the terminal, else what COLUMNS says, else 100. */
export function columnsOf(io: PreflightIo): number {
  return io.stdout.columns ?? (Number(io.env["COLUMNS"]) || 100);
}
