import { UnderstudyError } from "@understudy/render";
import type {
  AirtableClient,
  AirtableField,
  AirtableTable,
  NewAirtableField,
} from "#connectors/airtable/client/airtable-client.js";
import { newColumn, newTickColumn } from "./column-roles.js";
import {
  columnTroubles,
  findNamed,
  isAlwaysNeeded,
  isWhole,
  mapColumns,
  type ColumnMapping,
  type MissingColumn,
} from "./columns.js";
import type { ColumnRole, MappedColumns } from "./connection.js";
import { isTableId } from "./base-place.js";
import { needing, type TokenUse } from "./needing.js";
import { typeInWords } from "./type-in-words.js";

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

/** What makes tables and columns. */
export interface Maker {
  readonly client: AirtableClient;
  /** Told of each thing that was added to the base, in words: what comes after it may fail. */
  readonly onMade: (what: string) => void;
}

/** A table with all that is needed. */
export interface ProvidedTable extends Omit<ColumnMapping, "columns"> {
  readonly table: AirtableTable;
  readonly columns: MappedColumns;
}

/**
 * Finds the table among those of its base.
 * @returns undefined: it is to be made.
 * @throws UnderstudyError `airtable-table`.
 */
export function findTable(wish: TableWish, tables: readonly AirtableTable[]): AirtableTable | undefined {
  const found = findNamed(tables, wish.table);
  if (found === undefined && !(wish.createsMissing && !isTableId(wish.table))) throw noTable(wish, tables);
  return found;
}

/**
 * Sees to it that a table has the columns that are wanted.
 * @param found undefined: the table is made.
 * @throws UnderstudyError `airtable-table` that names every column that is missing or cannot be used; nothing was made then. What
 * `needing` throws when Airtable refuses to make one.
 */
export async function provideColumns(
  wish: TableWish,
  maker: Maker,
  found: AirtableTable | undefined,
): Promise<ProvidedTable> {
  const before = mapColumns(found?.fields ?? [], wish.columns);
  const matters = ({ role }: MissingColumn): boolean => isAlwaysNeeded(role) || wish.columns[role] !== undefined;
  const isLost = (column: MissingColumn): boolean => (wish.createsMissing ? isFieldId(column.name) : matters(column));
  const troubles = { missing: before.missing.filter(isLost), wrong: before.wrong.filter(matters) };
  if (troubles.missing.length + troubles.wrong.length > 0) throw unfit(wish, troubles);
  if (!wish.createsMissing) return provided(found!, before);
  const wanted = before.missing.map(({ role, name }) => columnFor(role, name, wish));
  const table =
    found === undefined ? await makeTable(wish, maker, wanted) : await addColumns(wish, maker, found, wanted);
  return provided(table, mapColumns(table.fields, wish.columns));
}

function provided(table: AirtableTable, mapping: ColumnMapping): ProvidedTable {
  const { columns } = mapping;
  if (isWhole(columns)) return { ...mapping, table, columns };
  throw new UnderstudyError("airtable-table", "Airtable did not make the columns as it was asked to.");
}

/** The first column names a row; Airtable does not take every type for that. */
async function makeTable(
  wish: TableWish,
  { client, onMade }: Maker,
  wanted: readonly NewAirtableField[],
): Promise<AirtableTable> {
  const fields = [{ name: "Name", type: "singleLineText" }, ...wanted];
  const table = await needing("schema.bases:write", wish, client.createTable(wish.baseId, wish.table, fields));
  onMade(`the table "${table.name}" and its columns`);
  return table;
}

async function addColumns(
  wish: TableWish,
  { client, onMade }: Maker,
  table: AirtableTable,
  wanted: readonly NewAirtableField[],
): Promise<AirtableTable> {
  const made: AirtableField[] = [];
  for (const field of wanted) {
    made.push(await needing("schema.bases:write", wish, client.createField(wish.baseId, table.id, field)));
    onMade(`the column "${field.name}" (${typeInWords(field.type)})`);
  }
  return { ...table, fields: [...table.fields, ...made] };
}

function columnFor(role: ColumnRole, name: string, { hasTicks }: TableWish): NewAirtableField {
  return role === "consent" && hasTicks ? newTickColumn(name) : newColumn(role, name);
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
    hint: isTableId(table) ? `${there}.` : `${there}. --create makes a new one.`,
  });
}

function unfit({ createsMissing }: TableWish, troubles: Pick<ColumnMapping, "missing" | "wrong">): UnderstudyError {
  const first =
    createsMissing || troubles.missing.length === 0 ? "Change this in Airtable" : "Let --create add what is missing";
  const { role } = [...troubles.missing, ...troubles.wrong][0]!;
  return new UnderstudyError("airtable-table", `The table cannot be used: ${columnTroubles(troubles).join(". ")}.`, {
    hint: `${first}, or name a column of your own: ${role === "consent" ? "--consent-column NAME" : `--column ${role}=NAME`}.`,
  });
}
