import { resolve } from "node:path";
import type { Command } from "commander";
import { UnderstudyError } from "@understudy/render";
import type { CliContext } from "#cli/context.js";
import { printable } from "#cli/printable.js";
import { tidyUpFirst } from "#cli/tidy-up-first.js";
import { loadConfig, type Config } from "#config/index.js";
import { eraseReportInWords, eraseSubject, type EraseReport } from "#erase/index.js";
import { writeWhole } from "#paths/index.js";
import { databaseFolder, openDataFolder } from "#records/data-folder.js";
import { lookAt } from "#records/look-at.js";
import { openBucket } from "#storage/index.js";
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
async function erase(flags: EraseFlags, context: CliContext): Promise<void> {
  const { io, isJson } = context;
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
  const wanted = flags.subject?.trim() ?? "";
  if (wanted === "") throw new UnderstudyError("bad-usage", "An erasure needs to know who: --subject ID.");
  const reportPath = flags.report === undefined ? undefined : resolve(io.cwd, flags.report);
  if (reportPath !== undefined) await assertFilePlace(reportPath);
  const data = openDataFolder(config.dataFolder);
  const isDryRun = flags.dryRun === true;
  const note = await serviceNote(config, io.env);
  const bucket = await openBucket(io.env);
  const eraseAs = (dry: { readonly isDryRun: boolean }): Promise<EraseReport> =>
    eraseSubject({ wanted, data, bucket, now: io.now(), ...dry }).catch(hintAt(note));
  if (!isDryRun) {
    await tidyUpFirst(data, config, context).catch(unlessFull);
    const mayAsk = io.isInputTerminal && io.stderr.isTerminal && !isJson && flags.yes !== true;
    if (mayAsk) await confirm(await eraseAs({ isDryRun: true }), io);
  }
  const report = await eraseAs({ isDryRun });
  const noted = { ...report, ...(note !== undefined && { note }) };
  const inWords = [eraseReportInWords(report), ...(note === undefined ? [] : [note])].join("\n");
  io.stdout.write(isJson ? `${JSON.stringify(noted)}\n` : `${printable(inWords)}\n`);
  if (reportPath !== undefined) await writeWhole(reportPath, `${JSON.stringify(noted, null, 2)}\n`);
  if (report.outcome !== "incomplete") return;
  const count = report.remaining.length;
  throw new UnderstudyError("erase-incomplete", `${count} ${count === 1 ? "file is" : "files are"} still there.`);
}

/** What `understudy serve` keeps is in a database, several owners' side by side; only the service itself erases it. */
async function serviceNote(
  { dataFolder }: Pick<Config, "dataFolder">,
  env: CliContext["io"]["env"],
): Promise<string | undefined> {
  const isGiven = (env["DATABASE_URL"] ?? "") !== "";
  if (!isGiven && (await lookAt(databaseFolder(dataFolder))) === undefined) return undefined;
  const where = isGiven ? "DATABASE_URL names a database" : "The data folder holds a database";
  return `${where}, which was not looked at. If the service knows the person, erase them there too: DELETE /v1/subjects/ID.`;
}

function hintAt(note: string | undefined): (thrown: unknown) => never {
  return (thrown) => {
    const isUnknown = thrown instanceof UnderstudyError && thrown.code === "unknown-subject";
    if (!isUnknown || note === undefined) throw thrown;
    throw new UnderstudyError(thrown.code, thrown.message, { hint: `${thrown.hint} ${note}`, cause: thrown });
  };
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

What \`understudy serve\` keeps is in a database and not touched: DELETE /v1/subjects/ID of its API erases a person there,
with all that the artifact store has of them. The command says so when there is a database.

A damaged record that may be theirs, and a link in the data folder, stop it: nobody can tell what they lead to. Look at
them, remove them, and run the command again.

Examples:
  $ understudy erase --subject subject_0123456789abcdef --dry-run
  $ understudy erase --subject "Sam Lee" --report erased.json

On a terminal you are asked once; without one, or with --yes or --json, it goes ahead. Exit status: 0 erased, also when
that was done before; 1 with erase-incomplete when something is still there, and the command can be run again, with the
subject's id.`;
