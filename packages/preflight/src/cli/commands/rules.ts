import { Option, type Command } from "commander";
import type { CliContext } from "#cli/context.js";
import type { RuleMeta } from "#model/rule.js";

/** `preflight rules`. */
export function addRulesCommand(program: Command, { io, loadEngine }: CliContext): void {
  program
    .command("rules")
    .summary("list every rule")
    .description("Lists every rule with its level, its phase, and whether --fix can mend what it finds.")
    .addOption(new Option("--format <name>", "how it is written").choices(["human", "json"]).default("human"))
    .action(async ({ format }: { readonly format: "human" | "json" }) => {
      const { rules } = await loadEngine();
      io.stdout.write(format === "json" ? `${JSON.stringify(rules, null, 2)}\n` : rulesText(rules));
    });
}

function rulesText(rules: readonly RuleMeta[]): string {
  const widest = Math.max(0, ...rules.map(({ name }) => name.length));
  const lines = rules.map(({ id, name, level, phase, fix, summary }) =>
    `${id.padEnd(6)}  ${level.padEnd(7)}  ${phase.padEnd(8)}  ${fix === "auto" ? "--fix" : "     "}  ${name.padEnd(widest)}  ${summary}`.trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}
