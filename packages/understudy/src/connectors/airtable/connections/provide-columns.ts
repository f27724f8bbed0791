import { UnderstudyError } from "@understudy/render";
import type {
  AirtableClient,
  AirtableField,
  AirtableTable,
  NewAirtableField,
} from "#connectors/airtable/client/airtable-client.js";
import { newColumn, newTickColumn } from "./column-roles.js";
import { columnTroubles, findNamed, isWhole, mapColumns, type ColumnMapping, type MissingColumn } from "./columns.js";
import { neededRoles, type ColumnRole, type MappedColumns } from "./connection.js";
import { needing, type TokenUse } from "./needing.js";

/** Which table and columns are wanted. */
export interface TableWish extends TokenUse {
  /** Name or id. */
  readonly table: string;
  /** Names or ids of columns that are not called as usual. */
  readonly columns: Partial<Record<ColumnRole, string>>;
  /** Whether the consent column holds ticks, should it be made. */
  readonly hasTicks: boolean;
  /** Whether a table and columns that are missing are made. */
  readonly createsMissing: boolean;
}

/** A table with all that is needed. */
export interface ProvidedTable extends Omit<ColumnMapping, "columns"> {
  readonly table: AirtableTable;
  readonly columns: MappedColumns;
  /** What was added to the base, in words. */
  readonly made: readonly string[];
}

/** Reads a table's columns. @throws UnderstudyError `airtable-token`, `airtable-table`, `airtable-unavailable`. */
export async function findTable(wish: TableWish, client: AirtableClient): Promise<AirtableTable | undefined> {
  const tables = await needing("schema.bases:read", wish, client.tables(wish.baseId));
  const found = findNamed(tables, wish.table);
  if (found === undefined && !(wish.createsMissing && !isTableId(wish.table))) throw noTable(wish, tables);
  return found;
}

/**
 * Sees to it that a table has the columns that are wanted.
 * @param found undefined: the table is made.
 * @throws UnderstudyError `airtable-table` that names every column that is missing or cannot be used; nothing was made then.
 */
export async function provideColumns(
  wish: TableWish,
  client: AirtableClient,
  found: AirtableTable | undefined,
): Promise<ProvidedTable> {
  const before = mapColumns(found?.fields ?? [], wish.columns);
  const matters = ({ role }: MissingColumn): boolean =>
    (neededRoles as readonly ColumnRole[]).includes(role) || wish.columns[role] !== undefined;
  const isLost = (column: MissingColumn): boolean => (wish.createsMissing ? isFieldId(column.name) : matters(column));
  const troubles = { missing: before.missing.filter(isLost), wrong: before.wrong.filter(matters) };
  if (troubles.missing.length + troubles.wrong.length > 0) throw unfit(wish, troubles);
  if (!wish.createsMissing) return provided(found!, before, []);
  const wanted = before.missing.map(({ role, name }) => columnFor(role, name, wish));
  const made =
    found === undefined ? await makeTable(wish, client, wanted) : await addColumns(wish, client, found, wanted);
  return provided(made.table, mapColumns(made.table.fields, wish.columns), made.words);
}

function provided(table: AirtableTable, mapping: ColumnMapping, made: readonly string[]): ProvidedTable {
  const { columns } = mapping;
  if (isWhole(columns)) return { ...mapping, table, columns, made };
  throw new UnderstudyError("airtable-table", "Airtable did not make the columns as it was asked to.");
}

/** What was made, and the table with it. */
interface Made {
  readonly table: AirtableTable;
  readonly words: readonly string[];
}

/** The first column names a row; Airtable does not take every type for that. */
async function makeTable(wish: TableWish, client: AirtableClient, wanted: readonly NewAirtableField[]): Promise<Made> {
  const fields = [{ name: "Name", type: "singleLineText" }, ...wanted];
  const table = await needing("schema.bases:write", wish, client.createTable(wish.baseId, wish.table, fields));
  return { table, words: [`the table "${table.name}"`, ...fields.map(madeInWords)] };
}

async function addColumns(
  wish: TableWish,
  client: AirtableClient,
  table: AirtableTable,
  wanted: readonly NewAirtableField[],
): Promise<Made> {
  const made: AirtableField[] = [];
  for (const field of wanted) {
    made.push(await needing("schema.bases:write", wish, client.createField(wish.baseId, table.id, field)));
  }
  return { table: { ...table, fields: [...table.fields, ...made] }, words: made.map(madeInWords) };
}

function columnFor(role: ColumnRole, name: string, { hasTicks }: TableWish): NewAirtableField {
  return role === "consent" && hasTicks ? newTickColumn(name) : newColumn(role, name);
}

function madeInWords({ name, type }: NewAirtableField): string {
  return `the column "${name}" (${type})`;
}

function isTableId(text: string): boolean {
  return /^tbl[A-Za-z0-9]{14}$/.test(text);
}

function isFieldId(text: string): boolean {
  return /^fld[A-Za-z0-9]{14}$/.test(text);
}

/** Most names that a message tells. */
const mostNames = 10;

function noTable({ table, baseId }: TableWish, tables: readonly AirtableTable[]): UnderstudyError {
  const names = tables.slice(0, mostNames).map(({ name }) => `"${name}"`);
  const more = tables.length > mostNames ? ` and ${tables.length - mostNames} more` : "";
  const there = names.length === 0 ? "It has none" : `It has ${names.join(", ")}${more}`;
  return new UnderstudyError("airtable-table", `There is no table "${table}" in ${baseId}.`, {
    hint: `${there}; with --create a table of a new name is made.`,
  });
}

function unfit({ createsMissing }: TableWish, troubles: Pick<ColumnMapping, "missing" | "wrong">): UnderstudyError {
  const first = createsMissing ? "Change these in Airtable" : "Let --create add what is missing";
  return new UnderstudyError("airtable-table", `The table cannot be used: ${columnTroubles(troubles).join(". ")}.`, {
    hint: `${first}, or name your own columns: --column ROLE=NAME.`,
  });
}
