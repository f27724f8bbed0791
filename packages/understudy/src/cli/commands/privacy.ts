import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";

/** `understudy privacy`. */
export function addPrivacyCommand(_program: Command, _context: CliContext): void {}
