import { UnderstudyError } from "@understudy/render";
import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { numberFlag } from "#cli/number-flag.js";
import { openDatabaseLate, type OpenDatabase } from "#cli/open-database-late.js";
import { printableLine } from "#cli/printable.js";
import { ToldFailure } from "#cli/told-failure.js";
import { loadConfig, type Config } from "#config/index.js";
import type { AirtableDesk, AirtableDeskOptions } from "#connectors/airtable/connections/airtable-desk.js";
import { namedRoles, readConnectFlags, type ConnectFlags } from "#connectors/airtable/connections/connect-flags.js";
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
  const use = (flags: Flags, act: (desk: OpenedDesk) => Promise<void>) => withDesk(flags, context, tools, act);
  airtable
    .command("connect")
    .description("Looks at the token and the table, and connects it. Safe to repeat; the last time counts.")
    .argument("<base>", "app..., the id of the base")
    .argument("<table>", "its name, or its id tbl...")
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
    .action((base: string, table: string, flags: ConnectCommandFlags) =>
      use(flags, (desk) => connect(base, table, flags, desk, context)),
    );
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

async function withDesk(
  { config: configPath }: Flags,
  context: CliContext,
  { open, openDesk }: AirtableTools,
  act: (desk: OpenedDesk) => Promise<void>,
): Promise<void> {
  const { io, isJson } = context;
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath });
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

async function connect(
  base: string,
  table: string,
  flags: ConnectCommandFlags,
  desk: OpenedDesk,
  { io, isJson }: CliContext,
): Promise<void> {
  const { settings, keys, connections } = desk;
  const wish = readConnectFlags(base, table, flags, { now: io.now(), policy: settings.consent });
  const limit = flags.rendersAtOnce;
  const rendersAtOnce =
    limit === undefined
      ? {}
      : { rendersAtOnce: numberFlag("--renders-at-once", limit, { min: 1, max: 1_000, isWhole: true }) };
  const client = desk.clientOf(wish);
  const ownerId = await ownerOf(flags.owner, desk, io.env);
  const { connectTable } = await import("#connectors/airtable/connections/connect.js");
  const { connection, isNew, made, notes } = await connectTable(
    { ...wish, ...rendersAtOnce, ownerId },
    {
      client,
      keys,
      connections,
      now: () => io.now(),
      hasStanding: readStanding(settings.consent.standing) !== undefined,
    },
  );
  if (isJson) {
    io.stdout.write(`${JSON.stringify({ connection: connectionFacts(connection), isNew, made, notes })}\n`);
    return;
  }
  const how = isNew ? "is connected" : "was connected already; what was given counts from now on";
  const lines = [
    `✓ "${connection.tableName}" ${how}: ${connection.id}`,
    "",
    ...columnsInWords(connection.columns).map((line) => `  ${line}`),
    "",
    ...made.map((what) => `Made: ${what}`),
    ...notes.map((note) => `Note: ${note}`),
    `Next: run \`understudy serve\` with ${connection.tokenVariable} set, and set a row's ${connection.columns.status.name} to ${briefStatuses.pending}.`,
  ];
  tell(lines, io);
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
  // First of all: whoever works on it would make another webhook.
  await desk.connections.remove(id);
  await desk.keys.revoke(connection.ownerId, connection.keyId);
  const isHookLeft = connection.hook !== undefined && !(await removeHook(connection, desk));
  if (isJson) return io.stdout.write(`${JSON.stringify({ connection: id, disconnected: true, isHookLeft })}\n`);
  const lines = [
    `✓ "${connection.tableName}" is not connected any more, and ${connection.keyId} opens nothing`,
    "What stays: the table as it is, renders in work, and videos with their links. Rows are not told of them any more.",
  ];
  const left = "Its webhook could not be removed at Airtable, where it ends by itself within a week.";
  tell(isHookLeft ? [...lines, left] : lines, io);
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
The token is a personal access token, made at https://airtable.com/create/tokens for this base only, with these scopes:
${Object.entries(scopeUses)
  .map(([scope, use]) => `  ${scope.padEnd(20)}${use}`)
  .join("\n")}
schema.bases:write serves --create only; without webhook:manage the table is looked at every few seconds.

Roles, and the names of their columns:
${namedRoles.map((role) => `  ${role.padEnd(20)}${briefColumns[role]}`).join("\n")}

Every photo needs consent. Without an option a row needs a record for its photo, or the standing attestation of the
configuration. With --consent-column the row says which record, or has a tick that --attested-by answers for. With
--attested-by, --statement, --use, --until and --age-confirmed together one attestation stands for all rows.

Examples:
  $ export AIRTABLE_TOKEN=pat...
  $ understudy airtable connect appA1b2C3d4E5f6G7 Videos --create
  $ understudy airtable connect appA1b2C3d4E5f6G7 Videos --column status=State --consent-column Consent`;
