import { resolve } from "node:path";
import type { Command } from "commander";
import { UnderstudyError } from "@understudy/render";
import type { CliContext } from "#cli/context.js";
import { printable } from "#cli/printable.js";
import { loadConfig } from "#config/index.js";
import { eraseReportInWords, eraseSubject, type EraseReport } from "#erase/index.js";
import { writeWhole } from "#paths/index.js";
import { openDataFolder } from "#records/data-folder.js";
import { openBucket } from "#storage/index.js";
import { tidyUp } from "#retention/index.js";
import { assertFilePlace } from "./asked-file.js";

/** `understudy erase --subject ID`. */
export function addEraseCommand(program: Command, context: CliContext): void {
  program
    .command("erase")
    .summary("remove everything kept of a person and made of them")
    .description(
      "Removes a person: finished videos, consent records with their evidence, render records, and every copy of their files in the data folder. Then looks again, and says what it found.",
    )
    .option("--subject <id>", "who, needed: subject_..., consent_..., challenge_..., or the exact name on one record")
    .option("--dry-run", "say what would be removed, remove nothing")
    .option("--yes", "do not ask")
    .option("--report <file>", "also write the report to a file, as JSON")
    .option("--json", "the report as one JSON object on standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", epilogue)
    .action((flags: EraseFlags) => erase(flags, context));
}

interface EraseFlags {
  readonly subject?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly report?: string;
  readonly config?: string;
}

/** @throws UnderstudyError `erase-incomplete` after the report; whatever stayed is in it. */
async function erase(flags: EraseFlags, { io, isJson }: CliContext): Promise<void> {
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
  const wanted = flags.subject?.trim() ?? "";
  if (wanted === "") throw new UnderstudyError("bad-usage", "An erasure needs to know who: --subject ID.");
  const reportPath = flags.report === undefined ? undefined : resolve(io.cwd, flags.report);
  if (reportPath !== undefined) await assertFilePlace(reportPath);
  const data = openDataFolder(config.dataFolder);
  const isDryRun = flags.dryRun === true;
  const erasure = { wanted, data, isDryRun, bucket: await openBucket(io.env) };
  if (!isDryRun) {
    await tidyUp(data, config.retention, io.now()).catch(unlessFull);
    const mayAsk = io.isInputTerminal && io.stderr.isTerminal && !isJson && flags.yes !== true;
    if (mayAsk) await confirm(await eraseSubject({ ...erasure, isDryRun: true, now: io.now() }), io);
  }
  const report = await eraseSubject({ ...erasure, now: io.now() });
  io.stdout.write(isJson ? `${JSON.stringify(report)}\n` : `${printable(eraseReportInWords(report))}\n`);
  if (reportPath !== undefined) await writeWhole(reportPath, `${JSON.stringify(report, null, 2)}\n`);
  if (report.outcome !== "incomplete") return;
  const count = report.remaining.length;
  throw new UnderstudyError("erase-incomplete", `${count} ${count === 1 ? "file is" : "files are"} still there.`);
}

/** A full disk must not keep a person from being erased: that makes room. */
function unlessFull(thrown: unknown): void {
  if (!(thrown instanceof UnderstudyError && thrown.code === "disk-full")) throw thrown;
}

async function confirm(preview: EraseReport, io: CliContext["io"]): Promise<void> {
  if (preview.outcome === "already-erased") return;
  io.stderr.write(`${printable(eraseReportInWords(preview))}\n`);
  const answer = await io.ask("This cannot be undone. Type erase to go on: ");
  if (answer.trim() !== "erase") throw new UnderstudyError("cancelled", "Nothing was erased.");
}

const epilogue = `
What goes: every file that a render of this person wrote, if it is where it was written and its bytes are still the same;
what a worker uploaded of them to the bucket that the BUCKET_* variables name;
evidence, passcodes, consent and render records; every file in the data folder with the bytes of one of their photos,
recordings or videos. What stays: photos and videos of your own elsewhere and videos that were moved or changed (they are
listed); record files, receipts and copies that you keep elsewhere (they are not known); the audit log (ids and hashes),
and a note with an id, a time and counts. The person's consents are taken back first.

A damaged record that may be theirs, and a link in the data folder, stop it: nobody can tell what they lead to. Look at
them, remove them, and run the command again.

Examples:
  $ understudy erase --subject subject_0123456789abcdef --dry-run
  $ understudy erase --subject "Sam Lee" --report erased.json

On a terminal you are asked once; without one, or with --yes or --json, it goes ahead. Exit status: 0 erased, also when
that was done before; 1 with erase-incomplete when something is still there, and the command can be run again, with the
subject's id.`;
