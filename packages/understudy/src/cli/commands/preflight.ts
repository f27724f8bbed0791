import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { ToldFailure } from "#cli/told-failure.js";

/** `understudy preflight ...`: the command `preflight` of its own package, with its own options, help and exit status. */
export function addPreflightCommand(program: Command, { io }: CliContext): void {
  program
    .command("preflight")
    .summary("GO or NO-GO for a GPU worker image, from its files")
    .argument("[words...]")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (words: readonly string[]) => {
      // Loaded late: no other command waits for its parsers.
      const { runPreflight } = await import("@understudy/preflight");
      const stdout = { ...io.stdout, columns: process.stdout.columns };
      const status = await runPreflight(words, { ...io, stdout });
      if (status !== 0) throw new ToldFailure(status);
    });
}
