import type { NewAirtableField } from "#connectors/airtable/client/airtable-client.js";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import type { ColumnRole } from "./connection.js";

/** What a role asks of its column. */
export interface RoleRule {
  /** What the column is called when nothing else is said; the first is the name of one that is made. */
  readonly names: readonly string[];
  /** Airtable's names of the types that it may have; the first is the type of one that is made. */
  readonly types: readonly [string, ...string[]];
  /** Of one that is made. */
  readonly options?: NewAirtableField["options"];
}

const withoutUrl = (name: string): string => name.replace(/_URL$/, "");

/** Types that hold text. What Airtable computes can be read, and not written. */
const [plainText, computedText] = [
  ["singleLineText", "multilineText", "richText"],
  ["formula", "multipleLookupValues"],
] as const;

/** What each role asks of its column. Source: https://airtable.com/developers/web/api/field-model */
export const roleRules: Readonly<Record<ColumnRole, RoleRule>> = {
  source: {
    names: [briefColumns.source, withoutUrl(briefColumns.source)],
    types: ["url", ...plainText, ...computedText, "multipleAttachments"],
  },
  face: {
    names: [briefColumns.face, withoutUrl(briefColumns.face)],
    types: ["url", ...plainText, ...computedText, "multipleAttachments"],
  },
  status: {
    names: [briefColumns.status],
    types: ["singleSelect", "singleLineText"],
    options: { choices: Object.values(briefStatuses).map((name) => ({ name })) },
  },
  output: { names: [briefColumns.output], types: ["url", "singleLineText", "multilineText"] },
  error: { names: [briefColumns.error], types: ["multilineText", "singleLineText", "richText"] },
  thumbnail: { names: [briefColumns.thumbnail], types: ["multipleAttachments"] },
  seconds: {
    names: [briefColumns.seconds],
    types: ["number", "singleLineText", "duration"],
    options: { precision: 1 },
  },
  cost: {
    names: [briefColumns.cost],
    types: ["currency", "number", "singleLineText"],
    options: { precision: 4, symbol: "$" },
  },
  consent: { names: [briefColumns.consent], types: ["singleLineText", "multilineText", "checkbox", "formula"] },
};

/** All roles, in the order of a table's columns. */
export const columnRoles = Object.keys(roleRules) as readonly ColumnRole[];

/** Roles whose columns are looked for without being named: all but consent. */
export const usualRoles: readonly ColumnRole[] = columnRoles.filter((role) => role !== "consent");

/** The column of a role as it is made. @param name default the usual one. */
export function newColumn(role: ColumnRole, name: string = roleRules[role].names[0]!): NewAirtableField {
  const { types, options } = roleRules[role];
  return { name, type: types[0], ...(options !== undefined && { options }) };
}

/** A consent column of ticks, as it is made. */
export function newTickColumn(name: string): NewAirtableField {
  return { name, type: "checkbox", options: { icon: "check", color: "greenBright" } };
}
