import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { packageVersion } from "#cli/package-version.js";
import { printableLine } from "#cli/printable.js";
import { loadConfig } from "#config/index.js";
import { assertInputFile } from "#paths/index.js";
import { createProgress } from "#progress/index.js";
import type { ArchiveHeader } from "#postgres/archive/archive-format.js";
import type { MoveOptions } from "#postgres/archive/mover.js";
import type { Database } from "#postgres/database.js";
import { assertFilePlace } from "./asked-file.js";

/** `understudy db export` and `understudy db import`. */
export function addDbCommand(program: Command, context: CliContext): void {
  const db = program
    .command("db")
    .summary("move the database, or keep a copy of it")
    .description("Writes everything that is in the database into one file, and puts it into a database again.")
    .helpCommand(false);
  db.command("export")
    .description("Writes renders, consents, keys' hashes, jobs and the audit log into one file, as of one moment.")
    .argument("<file>", "where to; must not be there yet")
    .option("--json", "progress and the result as JSON Lines on standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", exportEpilogue)
    .action((file: string, flags: Flags) => exportFile(file, flags, context));
  db.command("import")
    .description("Puts the rows of an export into the database: all of them, or none.")
    .argument("<file>", "what `understudy db export` wrote")
    .option("--force", "replace everything that is in the database")
    .option("--json", "progress and the result as JSON Lines on standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", importEpilogue)
    .action((file: string, flags: Flags) => importFile(file, flags, context));
}

interface Flags {
  readonly force?: boolean;
  readonly config?: string;
}

async function exportFile(file: string, flags: Flags, context: CliContext): Promise<void> {
  const path = resolve(context.io.cwd, file);
  await assertFilePlace(path, { mayReplace: false });
  const { exportDatabase } = await import("#postgres/archive/export-database.js");
  const { header, isInUse } = await withDatabase(flags, context, (database, options) =>
    exportDatabase(database, path, { ...options, madeBy: packageVersion }),
  );
  const { size } = await stat(path);
  await tell("exported", { file: path, byteLength: size, isInUse }, header, context);
  if (isInUse && !context.isJson) {
    context.io.stderr.write(
      "A service uses this database: what it does from now on is not in the file. To move, stop it and export again.\n",
    );
  }
}

async function importFile(file: string, flags: Flags, context: CliContext): Promise<void> {
  const path = resolve(context.io.cwd, file);
  await assertInputFile(path, "export");
  const { importDatabase } = await import("#postgres/archive/import-database.js");
  const header = await withDatabase(flags, context, (database, options) =>
    importDatabase(database, path, { ...options, replaces: flags.force === true }),
  );
  await tell("imported", { file: path }, header, context);
}

async function withDatabase<T>(
  flags: Flags,
  { io, isJson }: CliContext,
  act: (database: Database, options: MoveOptions) => Promise<T>,
): Promise<T> {
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath: flags.config });
  // Loaded late: no other command waits for a database.
  const { connectDatabase } = await import("#postgres/open-database.js");
  const { moverName } = await import("#postgres/archive/mover.js");
  const log = (line: string): void => void (isJson || io.stderr.write(`${line}\n`));
  const database = await connectDatabase(config, io, log, moverName);
  const { onProgress, finish } = createProgress(io, isJson);
  // Few databases have jobs, and the engine takes its time to load.
  const prepareJobTables = async (url: string): Promise<void> => {
    await (await import("#jobs/prepare-job-tables.js")).prepareJobTables(url);
  };
  try {
    return await act(database, { prepareJobTables, signal: io.signal, onProgress });
  } finally {
    finish();
    await database.close();
  }
}

async function tell(
  event: "exported" | "imported",
  facts: { readonly file: string; readonly [name: string]: unknown },
  header: ArchiveHeader,
  { io, isJson }: CliContext,
): Promise<void> {
  const { rowCountOf, tablesOf } = await import("#postgres/archive/archive-format.js");
  const [rows, tables] = [rowCountOf(header), tablesOf(header).length];
  const words = `${rows} rows of ${tables} tables ${event}: ${printableLine(facts.file)}\n`;
  io.stdout.write(isJson ? `${JSON.stringify({ event, ...facts, rows, tables })}\n` : words);
}

const exportEpilogue = `
The database is the private one of the data folder, or that of DATABASE_URL. Files are not in it: videos in the artifact
store, and recordings, passcodes and signing keys in the data folder are copied like any other files.

The file holds names, addresses and secrets of webhooks as they are; only you may read it. An import of it brings back
everybody whom you erased since: remove old exports, or erase them again.

A service may go on while its database is exported as a backup: the file is all of one moment. To move, stop it first.

Examples:
  $ understudy db export backup-2026-11-01.understudy
  $ understudy db export all.understudy && DATABASE_URL=postgresql://me@host/understudy understudy db import all.understudy`;

const importEpilogue = `
Everything is checked before anything is written, and counts at once or not at all. The tables are made first, if there are
none. Versions of PostgreSQL may differ (14 and later); the release that imports has to have the tables of the one that
exported. A database that is not empty is left alone without --force, and always while a service uses it: rows would vanish
below its feet, and two services with the same jobs would do them twice. So do not start the old one again.

Examples:
  $ DATABASE_URL=postgresql://me@host/understudy understudy db import all.understudy
  $ understudy db import --force backup-2026-11-01.understudy     back into the private database`;
