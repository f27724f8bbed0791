import { Command } from "commander";
import { addCheckCommand } from "./commands/check.js";
import { addExplainCommand } from "./commands/explain.js";
import { addHistoryCommand } from "./commands/history.js";
import { addPlanCommand } from "./commands/plan.js";
import { addRulesCommand } from "./commands/rules.js";
import type { CliContext } from "./context.js";
import { packageVersion } from "./package-version.js";
import { columnsOf } from "./style.js";

/** The whole command line. What stands before a verb belongs to the default command. */
export function createProgram(context: CliContext): Command {
  const { io } = context;
  const program = new Command("preflight")
    .usage("[options] [path]\n       preflight <command> [options]")
    .description(
      "GO or NO-GO for a GPU worker image, from its files, before it is built. Nothing is built, run or fetched.",
    )
    .version(packageVersion, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    .allowExcessArguments(false)
    .enablePositionalOptions()
    .addHelpText("after", epilogue)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => Math.min(columnsOf(io), 100),
      // Usage errors are told once, by reportFailure.
      outputError: () => undefined,
    });
  addCheckCommand(program, context);
  addPlanCommand(program, context);
  addExplainCommand(program, context);
  addRulesCommand(program, context);
  addHistoryCommand(program, context);
  return program;
}

const epilogue = `
Examples:
  $ preflight                                      judge this folder
  $ preflight worker/Dockerfile                    judge one Dockerfile
  $ preflight --fix                                show a diff, ask, mend
  $ preflight --format sarif -o preflight.sarif    for code scanning
  $ preflight --format report-html -o report.html  a validation report
  $ preflight --since main --fail-on warning       only what a branch brings
  $ preflight plan                                 what to do next, with hours
  $ preflight explain US203                        why a rule says what it says

Exit status:
  0  GO or GO-WITH-WARNINGS
  1  NO-GO; with --fail-on warning also GO-WITH-WARNINGS
  2  wrong usage, or a wrong setting
  3  UNKNOWN: a required check could not be carried out`;
