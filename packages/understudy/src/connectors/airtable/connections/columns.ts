import type { AirtableField } from "#connectors/airtable/client/airtable-client.js";
import { briefStatuses } from "#connectors/brief-spellings.js";
import { columnRoles, roleRules, usualRoles } from "./column-roles.js";
import {
  neededRoles,
  type AirtableConnection,
  type ColumnRole,
  type MappedColumn,
  type MappedColumns,
} from "./connection.js";
import { typeInWords, typesInWords } from "./type-in-words.js";

/** A role that no column was found for. */
export interface MissingColumn {
  readonly role: ColumnRole;
  /** What was looked for: a name, or an id. */
  readonly name: string;
}

/** A column that cannot play its role. */
export interface WrongColumn extends MissingColumn {
  readonly type: string;
  /** It plays this role already. */
  readonly takenBy?: ColumnRole;
}

/** Which columns of a table play which role. */
export interface ColumnMapping {
  readonly columns: Partial<Record<ColumnRole, MappedColumn>>;
  readonly missing: readonly MissingColumn[];
  readonly wrong: readonly WrongColumn[];
  /** Status texts that the status column offers no choice for. */
  readonly missingStatusTexts: readonly string[];
}

/**
 * Finds the column of each role.
 * @param wanted names or ids where they are not the usual ones. The consent column is looked for only when it is named here.
 * @param roles which roles to look for; default all.
 */
export function mapColumns(
  fields: readonly AirtableField[],
  wanted: Partial<Record<ColumnRole, string>>,
  roles: readonly ColumnRole[] = columnRoles,
): ColumnMapping {
  const columns: Partial<Record<ColumnRole, MappedColumn>> = {};
  const missing: MissingColumn[] = [];
  const wrong: WrongColumn[] = [];
  for (const role of roles.filter((each) => usualRoles.includes(each) || wanted[each] !== undefined)) {
    const names = wanted[role] === undefined ? roleRules[role].names : [wanted[role]];
    const field = names.map((name) => findNamed(fields, name)).find((found) => found !== undefined);
    if (field === undefined) {
      missing.push({ role, name: names[0]! });
      continue;
    }
    const { id, name, type } = field;
    const takenBy = roles.find((other) => columns[other]?.id === id);
    if (takenBy !== undefined) wrong.push({ role, name, type, takenBy });
    else if (!roleRules[role].types.includes(type)) wrong.push({ role, name, type });
    else columns[role] = { id, name, type };
  }
  const status = fields.find(({ id }) => id === columns.status?.id);
  return { columns, missing, wrong, missingStatusTexts: status === undefined ? [] : missingTexts(status) };
}

/** The columns of a connection as they are by now. */
export interface FoundColumns extends ColumnMapping {
  /** What is wrong with those without which it cannot work, one clause each. */
  readonly obstacles: readonly string[];
}

/** Looks for the columns of a connection again, by their ids; those that are missing are called by the names they had. */
export function findColumnsAgain(
  fields: readonly AirtableField[],
  { columns, consent }: Pick<AirtableConnection, "columns" | "consent">,
): FoundColumns {
  const known = columnRoles.filter((role) => columns[role] !== undefined);
  const ids = Object.fromEntries(known.map((role) => [role, columns[role]!.id]));
  const { wrong, ...found } = mapColumns(fields, ids, known);
  const missing = found.missing.map(({ role }) => ({ role, name: columns[role]!.name }));
  const isNeeded = ({ role }: MissingColumn): boolean =>
    isAlwaysNeeded(role) || (role === "consent" && consent.kind === "column");
  const obstacles = columnTroubles({ missing: missing.filter(isNeeded), wrong: wrong.filter(isNeeded) });
  return { ...found, missing, wrong, obstacles };
}

/** Whether nothing can be rendered without a column of that role. */
export function isAlwaysNeeded(role: ColumnRole): boolean {
  return (neededRoles as readonly ColumnRole[]).includes(role);
}

/** Whether every column is there without which there is no work. */
export function isWhole(columns: ColumnMapping["columns"]): columns is MappedColumns {
  return neededRoles.every((role) => columns[role] !== undefined);
}

/** What is wrong with columns, one clause each: `"Status" (status) is checkbox, not single select or text`. */
export function columnTroubles({ missing, wrong }: Pick<ColumnMapping, "missing" | "wrong">): readonly string[] {
  return [
    ...missing.map(({ role, name }) => `"${name}" (${role}) is missing`),
    ...wrong.map(({ role, name, type, takenBy }) =>
      takenBy === undefined
        ? `"${name}" (${role}) is ${typeInWords(type)}, not ${typesInWords(roleRules[role].types)}`
        : `"${name}" cannot be ${role}, because it is ${takenBy} already`,
    ),
  ];
}

/** The thing of that name or id: exactly, else without regard to case and outer spaces. */
export function findNamed<T extends { readonly id: string; readonly name: string }>(
  things: readonly T[],
  name: string,
): T | undefined {
  return (
    things.find((thing) => thing.id === name) ??
    things.find((thing) => thing.name === name) ??
    things.find((thing) => folded(thing.name) === folded(name))
  );
}

function folded(name: string): string {
  return name.trim().normalize("NFC").toLowerCase();
}

function missingTexts({ type, options }: AirtableField): readonly string[] {
  if (type !== "singleSelect") return [];
  const choices = new Set(options?.choices?.map(({ name }) => name));
  return Object.values(briefStatuses).filter((text) => !choices.has(text));
}
