import { InvalidArgumentError, type Command } from "commander";
import { UnderstudyError } from "@understudy/render";
import type { AuditEvent, AuditLine } from "#audit/index.js";
import type { CliContext } from "#cli/context.js";
import { printableLine } from "#cli/printable.js";
import { loadConfig } from "#config/index.js";
import { openDataFolder, type DataFolder } from "#records/index.js";

/** `understudy audit verify` and `understudy audit list`. */
export function addAuditCommand(program: Command, context: CliContext): void {
  const audit = program
    .command("audit")
    .summary("read and check the log of what was done")
    .description("Reads and checks the audit log: consents, renders, keys and erasures, as ids and hashes.")
    .helpCommand(false);
  audit
    .command("verify")
    .description("Checks that no line was changed, removed, added or moved.")
    .option("--json", "one JSON object on standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", verifyEpilogue)
    .action((flags: Flags) => verifyAudit(flags, context));
  audit
    .command("list")
    .description("Prints what was done, oldest first.")
    .option("--limit <number>", "only the last lines", wholeNumber)
    .option("--json", "one JSON array on standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .action((flags: Flags & { limit?: number }) => listAudit(flags, context));
}

interface Flags {
  readonly config?: string;
}

/** @throws UnderstudyError `audit-broken` that names the first line that does not fit. */
async function verifyAudit(flags: Flags, context: CliContext): Promise<void> {
  const verdict = await (await openData(flags, context)).audit.verify();
  if (!verdict.whole) {
    throw new UnderstudyError("audit-broken", `Line ${verdict.line} of the audit log ${verdict.problem}.`);
  }
  const { lines, lastSha256, tornBytes } = verdict;
  const { io, isJson } = context;
  if (isJson) return io.stdout.write(`${JSON.stringify(verdict)}\n`);
  const torn =
    tornBytes === undefined ? "" : `  ${tornBytes} bytes of an unfinished line follow; its event never counted\n`;
  io.stdout.write(
    `✓ the audit log is whole: ${lines} ${lines === 1 ? "line" : "lines"}\n${torn}  last ${lastSha256}\n`,
  );
}

async function listAudit(flags: Flags & { limit?: number }, context: CliContext): Promise<void> {
  const lines = await (await openData(flags, context)).audit.list();
  const shown = lines.slice(-(flags.limit ?? lines.length));
  const { io, isJson } = context;
  io.stdout.write(isJson ? `${JSON.stringify(shown)}\n` : shown.map((line) => `${inWords(line)}\n`).join(""));
}

async function openData({ config: configPath }: Flags, { io }: CliContext): Promise<DataFolder> {
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath });
  return openDataFolder(config.dataFolder);
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
    .map(([name, value]) => `${name} ${typeof value === "object" ? countsInWords(value) : value}`)
    .join(", ");
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

Exit status: 0 whole, 1 with the code audit-broken and the first line that does not fit.`;
