import { resolve } from "node:path";
import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { printable } from "#cli/printable.js";
import { loadConfig } from "#config/index.js";
import { writeWhole } from "#paths/index.js";
import { privacyPage } from "#privacy/index.js";
import { assertFilePlace } from "./asked-file.js";

/** `understudy privacy`. */
export function addPrivacyCommand(program: Command, { io }: CliContext): void {
  program
    .command("privacy")
    .summary("print the privacy page of this installation")
    .description(
      "Prints, in Markdown, what this installation keeps of people, why and for how long, what leaves the machine, and how a person gets out; made from the configuration in force.",
    )
    .option("-o, --out <file>", "write it to a file instead; one that is there is replaced")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .action(async (flags: { out?: string; config?: string }) => {
      const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
      const page = printable(privacyPage(config));
      if (flags.out === undefined) return io.stdout.write(page);
      const path = resolve(io.cwd, flags.out);
      await assertFilePlace(path);
      await writeWhole(path, page);
    });
}
