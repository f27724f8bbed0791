import { InvalidArgumentError, type Command } from "commander";
import { UnderstudyError } from "@understudy/render";
import type { AuditEvent, AuditLine, AuditLog, AuditVerdict } from "#audit/index.js";
import type { CliContext } from "#cli/context.js";
import { openDatabaseLate, type OpenDatabase } from "#cli/open-database-late.js";
import { printableLine } from "#cli/printable.js";
import { loadConfig } from "#config/index.js";
import { openDataFolder, type DataFolder } from "#records/index.js";
import { namesIn } from "#records/look-at.js";

/** `understudy audit verify` and `understudy audit list`. @param open lends the database; a test has one of its own. */
export function addAuditCommand(program: Command, context: CliContext, open: OpenDatabase = openDatabaseLate): void {
  const audit = program
    .command("audit")
    .summary("read and check the log of what was done")
    .description("Reads and checks the audit log: consents, renders, keys and erasures, as ids and hashes.")
    .helpCommand(false);
  audit
    .command("verify")
    .description("Checks that no line was changed, removed, added or moved.")
    .option("--service", serviceHelp)
    .option("--json", "one JSON object on standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", verifyEpilogue)
    .action((flags: Flags) => verifyAudit(flags, context, open));
  audit
    .command("list")
    .description("Prints what was done, oldest first.")
    .option("--limit <number>", "only the last lines", wholeNumber)
    .option("--service", serviceHelp)
    .option("--json", "one JSON array on standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .action((flags: Flags & { limit?: number }) => listAudit(flags, context, open));
}

const serviceHelp = "the log that `understudy serve` keeps in its database, in place of the data folder's";

interface Flags {
  readonly service?: boolean;
  readonly config?: string;
}

/** @throws UnderstudyError `audit-broken` that names the first line that does not fit. */
async function verifyAudit(flags: Flags, context: CliContext, open: OpenDatabase): Promise<void> {
  const { verdict, where, hasActed } = await withLog(flags, context, open, async ({ audit, ...log }) => ({
    ...log,
    verdict: await audit.verify(),
  }));
  if (!verdict.whole) throw new UnderstudyError("audit-broken", faultInWords(verdict));
  const { lines, lastSha256, tornBytes } = verdict;
  const isMissing = lines === 0 && tornBytes === undefined;
  const warnings = [...verdict.warnings, ...(isMissing && (await hasActed()) ? [logIsGone] : [])];
  const { io, isJson } = context;
  if (isJson) return io.stdout.write(`${JSON.stringify({ ...verdict, warnings })}\n`);
  const torn =
    tornBytes === undefined ? "" : `  ${tornBytes} bytes of an unfinished line follow; its event never counted\n`;
  io.stdout.write(
    isMissing
      ? `${printableLine(`There is no audit log in ${where} yet.`)}\n`
      : `✓ the audit log is whole: ${lines} ${lines === 1 ? "line" : "lines"}\n${torn}  last ${lastSha256}\n`,
  );
  for (const warning of warnings) io.stderr.write(`! ${warning}\n`);
}

/** Whether the data folder holds what no log is kept without. */
async function hasActedIn({ renders, keysFolder }: DataFolder): Promise<boolean> {
  return (await namesIn(keysFolder)).length > 0 || (await renders.list()).length > 0;
}

const logIsGone = "There are renders or keys, but no audit log: it was removed, or lies in another data folder.";

async function listAudit(flags: Flags & { limit?: number }, context: CliContext, open: OpenDatabase): Promise<void> {
  const { lines, verdict } = await withLog(flags, context, open, async ({ audit }) => ({
    lines: await audit.list(),
    verdict: await audit.verify(),
  }));
  const shown = lines.slice(-(flags.limit ?? lines.length));
  const { io, isJson } = context;
  io.stdout.write(isJson ? `${JSON.stringify(shown)}\n` : shown.map((line) => `${inWords(line)}\n`).join(""));
  if (!verdict.whole) io.stderr.write(`! ${faultInWords(verdict)} See understudy audit verify.\n`);
}

function faultInWords({ line, problem }: Extract<AuditVerdict, { whole: false }>): string {
  return `Line ${line} of the audit log ${problem}.`;
}

/** A log, and where it is. */
interface Log {
  readonly audit: AuditLog;
  /** In words, such as the data folder's path. */
  readonly where: string;
  /** Whether there is what no log is kept without. */
  hasActed(): Promise<boolean>;
}

async function withLog<T>(
  { config: configPath, service }: Flags,
  context: CliContext,
  open: OpenDatabase,
  read: (log: Log) => Promise<T>,
): Promise<T> {
  const { io } = context;
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath });
  if (service !== true) {
    const data = openDataFolder(config.dataFolder);
    return read({ audit: data.audit, where: data.folder, hasActed: () => hasActedIn(data) });
  }
  const { createPostgresAuditLog } = await import("#audit/postgres-audit-log.js");
  const database = await open(config, context);
  try {
    // The head of the log shows what was removed.
    const hasActed = async () => false;
    return await read({ audit: createPostgresAuditLog(database.pool), where: "the database", hasActed });
  } finally {
    await database.close();
  }
}

function inWords({ number, at, event }: AuditLine): string {
  return printableLine(
    `${String(number).padStart(5)}  ${at}  ${event.kind.padEnd(18)}  ${factsInWords(event)}`.trimEnd(),
  );
}

/** Every member of an event but its kind; new kinds need no words of their own. */
function factsInWords(event: AuditEvent): string {
  return Object.entries(event)
    .filter(([name]) => name !== "kind")
    .map(([name, value]) => factInWords(name, value))
    .join(", ");
}

/** An id says itself what it is of; a hash can be told by its beginning, and whole ones are in the JSON. */
function factInWords(name: string, value: string | number | Readonly<Record<string, number>>): string {
  if (typeof value === "object") return countsInWords(value);
  if (name.endsWith("Id")) return String(value);
  if (/sha256$/i.test(name)) return `${name.replace("Sha256", "")} ${String(value).slice(0, 12)}`;
  return `${name} ${value}`;
}

function countsInWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name}=${count}`)
    .join(" ");
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Give a whole number above 0.");
  return Number(text);
}

const verifyEpilogue = `
Every line holds the hash of the one before, and a second file holds the last hash. Whoever can rewrite both can write
another history: note the last hash down somewhere else from time to time. docs/audit.md says what this proves.

The service keeps a log of its own in its database, for all its owners: --service.

Exit status: 0 whole, also with warnings; 1 with the code audit-broken and the first line that does not fit.`;
