import { toUnderstudyError, UnderstudyError } from "@understudy/render";
import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { numberFlag } from "#cli/number-flag.js";
import { openDatabaseLate, type OpenDatabase } from "#cli/open-database-late.js";
import { printableLine } from "#cli/printable.js";
import { ToldFailure } from "#cli/told-failure.js";
import { loadConfig, type Config } from "#config/index.js";
import type { AirtableDesk, AirtableDeskOptions } from "#connectors/airtable/connections/airtable-desk.js";
import type { ConnectionWish } from "#connectors/airtable/connections/connect.js";
import { usualRoles } from "#connectors/airtable/connections/column-roles.js";
import { readConnectFlags, type ConnectFlags } from "#connectors/airtable/connections/connect-flags.js";
import {
  connectionFacts,
  connectionInWords,
  columnsInWords,
} from "#connectors/airtable/connections/connection-in-words.js";
import { usualTokenVariable, type AirtableConnection } from "#connectors/airtable/connections/connection.js";
import { scopeUses } from "#connectors/airtable/connections/token-scopes.js";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { readStanding } from "#consent/standing-attestation.js";

/** What the commands work on; a test has its own. */
export interface AirtableTools {
  readonly open: OpenDatabase;
  openDesk(options: AirtableDeskOptions): Promise<AirtableDesk>;
}

/** `understudy airtable connect`, `list`, `check` and `disconnect`. */
export function addAirtableCommand(program: Command, context: CliContext, tools: AirtableTools = lateTools): void {
  const airtable = program
    .command("airtable")
    .summary("tables in Airtable whose rows are rendered")
    .description("Connects tables in Airtable: `understudy serve` renders each row whose Status says Pending.")
    .helpCommand(false);
  const use = async (flags: Flags, act: (desk: OpenedDesk) => Promise<void>) =>
    withDesk(await configOf(flags, context), context, tools, act);
  airtable
    .command("connect")
    .description("Looks at the token and the table, and connects it. Safe to repeat; the last time counts.")
    .argument("<base>", "id of the base, app..., or its address in the browser")
    .argument("[table]", "its name or id; not needed with the address of a table")
    .option("--create", "add the table and columns that are missing")
    .option("--column <role=name>", "column that is not called as usual; may be given several times", collect)
    .option("--consent-column <name>", "column with the id of each row's consent record, or with ticks")
    .option("--attested-by <name>", "who gives their word for the people in the photos")
    .option("--statement <text>", "what they state of everybody whose photo is sent in")
    .option("--use <text>", "what the videos are for")
    .option("--until <date>", "when their word ends, such as 2027-06-30")
    .option("--age-confirmed", "they state that everybody is 18 or older")
    .option("--owner <id>", "whose renders they are (default: the owner of the service's first key)")
    .option("--renders-at-once <count>", "its renders in work at a time (default: the configuration's)")
    .option("--token-variable <name>", "environment variable that holds the token", usualTokenVariable)
    .option("--json", "one JSON object on standard output")
    .option("--config <file>", configHelp)
    .addHelpText("after", connectEpilogue)
    .action(async (base: string, table: string | undefined, flags: ConnectCommandFlags) => {
      const config = await configOf(flags, context);
      // Wrong usage is told before anything is opened.
      const wish = wishOf(base, table, flags, config, context);
      await withDesk(config, context, tools, (desk) => connect(wish, flags.owner, desk, context));
    });
  airtable
    .command("list")
    .description("Lists connections, and what keeps them from working; asks the database only.")
    .option("--json", "one JSON array on standard output")
    .option("--config <file>", configHelp)
    .action((flags: Flags) => use(flags, (desk) => list(desk, context)));
  airtable
    .command("check")
    .description("Asks Airtable whether connections work: token, table, columns, choices and webhook.")
    .argument("[id]", "airtable_... (default: all)")
    .option("--json", "one JSON array on standard output")
    .option("--config <file>", configHelp)
    .addHelpText("after", "\nExit status: 0 they work, 1 one does not, 2 wrong usage.")
    .action((id: string | undefined, flags: Flags) => use(flags, (desk) => check(id, desk, context)));
  airtable
    .command("disconnect")
    .description("Ends a connection and its key. Renders and their videos stay, and the table as it is.")
    .argument("<id>", "airtable_...")
    .option("--json", "one JSON object on standard output")
    .option("--config <file>", configHelp)
    .action((id: string, flags: Flags) => use(flags, (desk) => disconnect(id, desk, context)));
}

const configHelp = "configuration file (default: understudy.config.json, if there)";

interface Flags {
  readonly config?: string;
}

interface ConnectCommandFlags extends Flags, ConnectFlags {
  readonly owner?: string;
  readonly rendersAtOnce?: string;
}

interface OpenedDesk extends AirtableDesk {
  readonly settings: Config;
}

/** Loaded late: no other command waits for a database or a client. */
const lateTools: AirtableTools = {
  open: openDatabaseLate,
  async openDesk(options) {
    const { createAirtableDesk } = await import("#connectors/airtable/connections/airtable-desk.js");
    return createAirtableDesk(options);
  },
};

async function configOf({ config: configPath }: Flags, { io }: CliContext): Promise<Config> {
  return (await loadConfig({ cwd: io.cwd, env: io.env, configPath })).config;
}

async function withDesk(
  config: Config,
  context: CliContext,
  { open, openDesk }: AirtableTools,
  act: (desk: OpenedDesk) => Promise<void>,
): Promise<void> {
  const { io, isJson } = context;
  const database = await open(config, context);
  const onPenalty = (_: string, milliseconds: number): void => {
    if (!isJson) io.stderr.write(`Airtable wants a pause of ${Math.ceil(milliseconds / 1000)} s.\n`);
  };
  try {
    await act({ ...(await openDesk({ database, config, io, onPenalty })), settings: config });
  } finally {
    await database.close();
  }
}

type Wish = Omit<ConnectionWish, "ownerId">;

function wishOf(
  base: string,
  table: string | undefined,
  flags: ConnectCommandFlags,
  config: Config,
  { io }: CliContext,
): Wish {
  const wish = readConnectFlags(base, table, flags, { now: io.now(), policy: config.consent });
  const limit = flags.rendersAtOnce;
  if (limit === undefined) return wish;
  return { ...wish, rendersAtOnce: numberFlag("--renders-at-once", limit, { min: 1, max: 1_000, isWhole: true }) };
}

async function connect(
  wish: Wish,
  owner: string | undefined,
  desk: OpenedDesk,
  { io, isJson }: CliContext,
): Promise<void> {
  const { settings, keys, connections } = desk;
  const client = desk.clientOf(wish);
  const ownerId = await ownerOf(owner, desk, io.env);
  const { connectTable } = await import("#connectors/airtable/connections/connect.js");
  const made: string[] = [];
  const onMade = (what: string): void => {
    made.push(what);
    if (!isJson) tell([`Made: ${what}`], io);
  };
  const { connection, isNew, notes } = await connectTable(
    { ...wish, ownerId },
    {
      client,
      keys,
      connections,
      onMade,
      now: () => io.now(),
      hasStanding: readStanding(settings.consent.standing) !== undefined,
      pollSeconds: settings.airtable.pollSeconds,
    },
  ).catch((thrown: unknown) => {
    throw made.length === 0 ? thrown : withMade(toUnderstudyError(thrown), made);
  });
  if (isJson) {
    io.stdout.write(`${JSON.stringify({ connection: connectionFacts(connection), isNew, made, notes })}\n`);
    return;
  }
  const { id, tableName, tokenVariable, columns } = connection;
  const how = isNew ? "is connected" : "was connected already, and is as you say from now on";
  const { status } = columns;
  const lines = [
    `✓ "${tableName}" ${how}: ${id}`,
    "",
    ...columnsInWords(columns).map((line) => `  ${line}`),
    "",
    ...notes.map((note) => `Note: ${note}`),
    `Next: \`understudy serve\` with ${tokenVariable} set, then set ${status.name} to ${briefStatuses.pending} in a row.`,
  ];
  tell(lines, io);
}

/** What is in Airtable stays there, and is found when the command is repeated. */
function withMade({ code, message, hint, cause }: UnderstudyError, made: readonly string[]): UnderstudyError {
  const next = code === "cancelled" ? "Run the command again to go on." : hint;
  return new UnderstudyError(code, message, {
    hint: `${next} In Airtable there is already: ${made.join(", ")}.`,
    cause,
  });
}

async function ownerOf(
  owner: string | undefined,
  { keys, settings }: OpenedDesk,
  env: CliContext["io"]["env"],
): Promise<string> {
  if (owner === undefined) {
    const { ensureFirstKey } = await import("#serve/first-key.js");
    const first = await keys.find(await ensureFirstKey(keys, { dataFolder: settings.dataFolder, env }));
    if (first !== undefined) return first.ownerId;
  } else if ((await keys.list(owner)).length > 0) return owner;
  throw new UnderstudyError("bad-usage", `There is no owner "${owner ?? ""}".`, {
    hint: "Run `understudy access list` to see them, or leave --owner out for the owner of the service's first key.",
  });
}

async function list({ connections }: OpenedDesk, { io, isJson }: CliContext): Promise<void> {
  const listed = await connections.list();
  if (isJson) return io.stdout.write(`${JSON.stringify(listed.map(connectionFacts))}\n`);
  tell(listed.length === 0 ? [noneYet] : listed.flatMap(connectionInWords), io);
}

async function check(id: string | undefined, desk: OpenedDesk, { io, isJson }: CliContext): Promise<void> {
  const { checkConnection } = await import("#connectors/airtable/connections/check-connection.js");
  const { findingInWords, verdictInWords, verdictOf } = await import("#doctor/index.js");
  const asked = id === undefined ? await desk.connections.list() : [await findConnection(id, desk)];
  const checked = [];
  for (const connection of asked) {
    const findings = await checkConnection(connection, { ...desk, now: () => io.now() });
    checked.push({ connection: connection.id, verdict: verdictOf(findings), findings });
    if (!isJson) tell([`${connection.id}  "${connection.tableName}"`, ...findings.flatMap(findingInWords), ""], io);
  }
  if (isJson) io.stdout.write(`${JSON.stringify(checked)}\n`);
  else tell([asked.length === 0 ? noneYet : verdictInWords(checked.flatMap(({ findings }) => findings))], io);
  if (checked.some(({ verdict }) => verdict === "NO-GO")) throw new ToldFailure(1);
}

async function disconnect(id: string, desk: OpenedDesk, { io, isJson }: CliContext): Promise<void> {
  const connection = await findConnection(id, desk);
  const shown = await desk.connections.countShown(id);
  // First of all: whoever works on it would make another webhook.
  await desk.connections.remove(id);
  await desk.keys.revoke(connection.ownerId, connection.keyId);
  const isHookLeft = connection.hook !== undefined && !(await removeHook(connection, desk));
  if (isJson)
    return io.stdout.write(`${JSON.stringify({ connection: id, disconnected: true, isHookLeft, rowsShown: shown })}\n`);
  const lines = [
    `✓ "${connection.tableName}" is not connected any more, and ${connection.keyId} opens nothing`,
    "What stays: the table as it is, renders in work, and videos with their links. Rows are not told of them any more.",
  ];
  if (shown > 0)
    lines.push(`Rows that show a video: ${shown}. They keep its link and picture, also when it is removed later.`);
  if (isHookLeft) lines.push("Its webhook could not be removed at Airtable, where it ends by itself within a week.");
  tell(lines, io);
}

/** @returns false when Airtable does not answer, or does not let us. */
async function removeHook(connection: AirtableConnection, { clientOf }: OpenedDesk): Promise<boolean> {
  const { AirtableFailure } = await import("#connectors/airtable/client/airtable-failure.js");
  try {
    await clientOf(connection).removeHook(connection.baseId, connection.hook!.id);
    return true;
  } catch (thrown) {
    if (thrown instanceof AirtableFailure) return thrown.kind === "missing";
    if (thrown instanceof UnderstudyError && thrown.code === "airtable-token") return false;
    throw thrown;
  }
}

async function findConnection(id: string, { connections }: OpenedDesk): Promise<AirtableConnection> {
  const connection = await connections.get(id);
  if (connection !== undefined) return connection;
  throw new UnderstudyError("bad-usage", `There is no connection "${id}".`, {
    hint: "Run `understudy airtable list` to see their ids.",
  });
}

function tell(lines: readonly string[], { stdout }: CliContext["io"]): void {
  stdout.write(lines.map((line) => `${printableLine(line)}\n`).join(""));
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

const noneYet = "No table is connected yet: understudy airtable connect BASE TABLE";

const connectEpilogue = `
The token is a personal access token, made at https://airtable.com/create/tokens
for this base only, with these scopes:
${Object.entries(scopeUses)
  .map(([scope, use]) => `  ${scope.padEnd(20)}${use}`)
  .join("\n")}
schema.bases:write serves --create only; without webhook:manage the table is
looked at every half minute (airtable.pollSeconds).

Roles, and the names of their columns:
${usualRoles.map((role) => `  ${role.padEnd(20)}${briefColumns[role]}`).join("\n")}

Every photo needs consent. Without an option a row needs a record for its photo,
or the standing attestation of the configuration. With --consent-column the row
says which record, or has a tick that --attested-by answers for. --attested-by,
--statement, --use, --until and --age-confirmed together are one attestation for
all rows.

Examples:
  $ export AIRTABLE_TOKEN=pat...
  $ understudy airtable connect appA1b2C3d4E5f6G7 Videos --create
  $ understudy airtable connect https://airtable.com/appA1b2C3d4E5f6G7/tblA1b2C3d4E5f6G7
  $ understudy airtable connect appA1b2C3d4E5f6G7 Videos --column status=State`;
