import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { nearest } from "#config/nearest.js";
import { PreflightError } from "#model/errors.js";
import type { RuleMeta } from "#model/rule.js";

/** `preflight explain RULE`. */
export function addExplainCommand(program: Command, { io, loadEngine }: CliContext): void {
  program
    .command("explain")
    .summary("say what a rule finds, why, and how to mend it")
    .description("Prints a rule's page: what it finds, why that fails, how to mend it, and how to set it aside.")
    .argument("<rule>", "an id such as US203, or a name such as model-path-mismatch")
    .action(async (wanted: string) => {
      const engine = await loadEngine();
      const rule = findRule(wanted, engine.rules);
      const page = await engine.readRulePage(rule);
      io.stdout.write(
        `${[headOf(rule), ...(page === undefined ? [] : [page.replace(/^# .*\n+/, "").trimEnd()]), setAside(rule)].join("\n\n")}\n`,
      );
    });
}

function findRule(wanted: string, rules: readonly RuleMeta[]): RuleMeta {
  const rule = rules.find(({ id, name }) => id === wanted.toUpperCase() || name === wanted.toLowerCase());
  if (rule !== undefined) return rule;
  const guess = nearest(
    wanted,
    rules.flatMap(({ id, name }) => [id, name]),
  );
  throw new PreflightError(
    "unknown-rule",
    `There is no rule ${wanted}.`,
    guess === undefined ? {} : { hint: `Did you mean ${guess}? \`preflight rules\` lists every rule.` },
  );
}

function headOf({ id, name, level, phase, summary, fix }: RuleMeta): string {
  const mends = fix === "auto" ? "; --fix can mend it" : "";
  return `${id} ${name}\n${level}, ${phase} phase${mends}\n${summary}`;
}

function setAside({ id }: RuleMeta): string {
  return [
    "To set it aside, with a reason:",
    `  # preflight ignore=${id} reason=...        above the instruction, or behind the line`,
    `  # preflight ignore-file=${id} reason=...   at the top of the file`,
    `  "rules": { "${id}": "off" }                in preflight.config.json, for the whole project`,
  ].join("\n");
}
