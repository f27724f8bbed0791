import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { addProjectOptions, parseCount, projectOptions, type ProjectFlags } from "#cli/project-options.js";
import { columnsOf } from "#cli/style.js";
import type { HistoryEntry } from "#model/result.js";
import { countOf, cut, printable } from "#reporters/printable.js";

interface HistoryFlags extends ProjectFlags {
  readonly last: number;
}

/** `preflight history [PATH]`. */
export function addHistoryCommand(program: Command, context: CliContext): void {
  const command = program
    .command("history")
    .summary("judge the last commits, one line each")
    .description(
      "Judges the files of the last commits, newest first. Nothing is checked out; the folder stays as it is.",
    )
    .argument("[path]", "the project's folder (default: this folder)")
    .option("--last <count>", "how many commits, at most 1000", parseCount, 20);
  addProjectOptions(command).action(async (path: string | undefined, { last, ...flags }: HistoryFlags) => {
    const { io } = context;
    const engine = await context.loadEngine();
    const options = await projectOptions(path, flags, io);
    // Each line is written when it is known: a long history shows that it moves.
    for await (const entry of engine.history({ ...options, last })) {
      io.stdout.write(`${cut(entryLine(entry), Math.max(columnsOf(io), 60))}\n`);
    }
  });
}

function entryLine({ hash, verdict, errorCount, firstError }: HistoryEntry): string {
  const count = errorCount === 0 ? "" : countOf(errorCount, "error");
  const first =
    firstError === undefined
      ? ""
      : `${firstError.ruleId} ${firstError.location.path}:${firstError.location.line} ${firstError.message}`;
  return printable(`${hash}  ${verdict.padEnd(16)}  ${count.padEnd(9)}  ${first}`).trimEnd();
}
