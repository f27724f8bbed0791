import { UnderstudyError } from "@understudy/render";
import { holdsAt, type KeyList } from "#access/key-list.js";
import type { AirtableClient, AirtableTable } from "#connectors/airtable/client/airtable-client.js";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import type { AirtableConnection, ConnectionConsent, MappedColumns } from "./connection.js";
import { connectNotes, type HookRight } from "./connect-notes.js";
import { connectedElsewhere, type ConnectionList } from "./connection-list.js";
import { findTable, provideColumns, type Maker, type TableWish } from "./provide-columns.js";
import { lookAtBase, type BaseAccess } from "./base-access.js";
import { needing, type TokenUse } from "./needing.js";

/** What somebody wants connected. */
export interface ConnectionWish extends Omit<TableWish, "hasTicks"> {
  readonly ownerId: string;
  readonly consent: ConnectionConsent;
  /** Of the connection's key; default the configuration's. */
  readonly rendersAtOnce?: number;
}

/** What connecting works with. */
export interface ConnectWorld extends Maker {
  readonly keys: Pick<KeyList, "create" | "get" | "revoke">;
  readonly connections: Pick<ConnectionList, "keep" | "list">;
  readonly now: () => Date;
  /** Whether the configuration has a standing attestation. */
  readonly hasStanding: boolean;
  /** How often a table without a webhook is looked at. */
  readonly pollSeconds: number;
}

/** A table that is connected. */
export interface ConnectedTable {
  readonly connection: AirtableConnection;
  /** Whether it was not connected before. */
  readonly isNew: boolean;
  /** What whoever connects it should know, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Connects a table: looks at what the token may do and what the table has, adds what is missing if that is wanted, and keeps the
 * connection with a key of its own. Connecting it again changes what is known of it, and keeps its key and its rows.
 * @throws UnderstudyError `airtable-token`, `airtable-table`, `airtable-unavailable`; `bad-usage` for ticks that nobody gives
 * their word by.
 */
export async function connectTable(wish: ConnectionWish, world: ConnectWorld): Promise<ConnectedTable> {
  const { client, connections } = world;
  const hasTicks = wish.consent.kind === "column" && wish.consent.operator !== undefined;
  const tableWish = { ...wish, hasTicks };
  const { tables, level } = await lookAtBase(wish, client);
  const found = findTable(tableWish, tables);
  const before = await connectionTo(found, wish, connections);
  const provided = await provideColumns(tableWish, world, found);
  const { table, columns } = provided;
  assertWord(columns, wish.consent);
  const rows = client.listRecords(wish.baseId, table.id, { fieldIds: [columns.status.id] });
  await needing("data.records:read", wish, rows);
  const hooks = await hookRight(wish, level, client);
  const connection = await keepWithKey(wish, { table, columns, before }, world);
  const notes = connectNotes({ ...world, ...provided, consent: wish.consent, before: before?.consent, hooks });
  return { connection, isNew: before === undefined, notes };
}

/** @throws UnderstudyError `airtable-table` when it is another owner's. */
async function connectionTo(
  table: AirtableTable | undefined,
  { baseId, ownerId }: ConnectionWish,
  connections: ConnectWorld["connections"],
): Promise<AirtableConnection | undefined> {
  if (table === undefined) return undefined;
  const known = (await connections.list()).find((each) => each.baseId === baseId && each.tableId === table.id);
  if (known !== undefined && known.ownerId !== ownerId) throw connectedElsewhere(table.name);
  return known;
}

function assertWord({ consent: column }: MappedColumns, consent: ConnectionConsent): void {
  if (consent.kind !== "column" || column?.type !== "checkbox" || consent.operator !== undefined) return;
  throw new UnderstudyError("bad-usage", `A tick in "${column.name}" is somebody's word, and nobody is named.`, {
    hint: "Name who answers for the ticks: --attested-by NAME.",
  });
}

/** Asks for a webhook that cannot be there: the list of them needs the scope. To make one, one must be a creator. */
async function hookRight(use: TokenUse, level: BaseAccess["level"], client: AirtableClient): Promise<HookRight> {
  if (level === "edit") return "no-creator";
  const asked = client.hookState(use.baseId, "ach00000000000000").then(() => true, falseIfRefused);
  return (await needing("webhook:manage", use, asked)) ? "given" : "no-scope";
}

function falseIfRefused(thrown: unknown): boolean {
  if (thrown instanceof AirtableFailure && thrown.kind === "forbidden") return false;
  throw thrown;
}

/** What is connected, and what was before. */
interface Facts {
  readonly table: AirtableTable;
  readonly columns: MappedColumns;
  readonly before: AirtableConnection | undefined;
}

/** A key that holds and allows what is wanted stays; else another one takes its place. */
async function keepWithKey(
  wish: ConnectionWish,
  { table, columns, before }: Facts,
  { keys, connections, now }: ConnectWorld,
): Promise<AirtableConnection> {
  const { ownerId, baseId, tokenVariable, consent, rendersAtOnce } = wish;
  const known = before && (await keys.get(before.keyId));
  const stays =
    known !== undefined && holdsAt(known, now()) && (rendersAtOnce ?? known.rendersAtOnce) === known.rendersAtOnce;
  const name = `airtable: ${[...table.name].slice(0, 180).join("")}`;
  const limit = rendersAtOnce === undefined ? {} : { rendersAtOnce };
  const { keyId } = stays ? known : (await keys.create({ ownerId, name, scopes: ["renders:write"], ...limit })).key;
  const facts = { ownerId, keyId, baseId, tableId: table.id, tableName: table.name, tokenVariable, columns, consent };
  try {
    const connection = await connections.keep(facts);
    if (known !== undefined && !stays) await keys.revoke(ownerId, known.keyId);
    return connection;
  } catch (thrown) {
    if (!stays) await keys.revoke(ownerId, keyId);
    throw thrown;
  }
}
