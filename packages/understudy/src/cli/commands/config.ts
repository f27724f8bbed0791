import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { explainConfig, explanationInWords, loadConfig } from "#config/index.js";

/** `understudy config explain`. */
export function addConfigCommand(program: Command, { io, isJson }: CliContext): void {
  const config = program
    .command("config")
    .summary("see every setting")
    .description("Shows the configuration in force.")
    .helpCommand(false);
  config
    .command("explain")
    .description("Prints every setting: the value in force, where it came from, its default, range and meaning.")
    .option("--json", "one JSON array on standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", epilogue)
    .action(async (flags: { config?: string }) => {
      const explained = explainConfig(await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config }));
      io.stdout.write(isJson ? `${JSON.stringify(explained)}\n` : explanationInWords(explained));
    });
}

const epilogue = `
Order, the later wins:
  default < understudy.config.json (or --config FILE) < UNDERSTUDY_CONFIG (the whole file as JSON in one variable)
  < one variable a setting, such as UNDERSTUDY_LIMITS_MAX_PIXELS < flags of the command

Every wrong value and every unknown key is listed at once, with the code bad-config and exit status 2.`;
