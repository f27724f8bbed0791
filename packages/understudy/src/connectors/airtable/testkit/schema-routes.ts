import { z } from "zod";
import { makeId } from "./ids.js";
import { fieldOf, tableOf, type StoredField, type StoredTable } from "./model.js";
import { makeField } from "./field-types.js";
import { parsed } from "./parsed.js";
import { invalid, invalidRequest, notPermittedOrNotFound } from "./refusal.js";
import { assertFreeName, change } from "./world.js";
import type { Route, Visit } from "./route.js";

const newField = z.strictObject({
  name: z.string(),
  type: z.string(),
  description: z.string().max(20_000).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
});
const newTable = z.strictObject({
  name: z.string().min(1),
  description: z.string().max(20_000).optional(),
  fields: z.array(newField).min(1),
});
/** Choices cannot be changed: seen as a 422 in recorded answers. */
const fieldUpdate = z.strictObject({
  name: z.string().optional(),
  description: z.string().max(20_000).optional(),
  options: z.strictObject({ formula: z.string() }).optional(),
});

/**
 * Who asks, and what bases are made of.
 * Source: https://airtable.com/developers/web/api/get-user-id-scopes, /list-bases, /get-base-schema, /create-table,
 * /create-field, /update-field
 */
export const schemaRoutes: readonly Route[] = [
  { method: "GET", path: "/v0/meta/whoami", scopes: [], act: whoami },
  { method: "GET", path: "/v0/meta/bases", scopes: ["schema.bases:read"], act: listBases },
  { method: "GET", path: "/v0/meta/bases/:base/tables", scopes: ["schema.bases:read"], act: listTables },
  {
    method: "POST",
    path: "/v0/meta/bases/:base/tables",
    scopes: ["schema.bases:write"],
    role: "creator",
    act: createTable,
  },
  {
    method: "POST",
    path: "/v0/meta/bases/:base/tables/:table/fields",
    scopes: ["schema.bases:write"],
    role: "creator",
    act: createField,
  },
  {
    method: "PATCH",
    path: "/v0/meta/bases/:base/tables/:table/fields/:field",
    scopes: ["schema.bases:write"],
    role: "creator",
    act: updateField,
  },
];

function whoami({ token }: Visit) {
  return {
    id: token.userId,
    ...(token.scopes.includes("user.email:read") && { email: "owner@example.com" }),
    ...(token.kind === "oauth" && { scopes: token.scopes }),
  };
}

function listBases({ world, token }: Visit) {
  const levels = { read: "read", editor: "edit", creator: "create" } as const;
  const bases = [...world.bases.values()].filter(({ id }) => token.bases?.includes(id) ?? true);
  return { bases: bases.map(({ id, name }) => ({ id, name, permissionLevel: levels[token.role] })) };
}

function listTables(visit: Visit) {
  return { tables: [...visit.base().tables.values()].map((table) => showTable(table)) };
}

function createTable(visit: Visit) {
  const base = visit.base();
  const { name, fields } = parsed(newTable, visit.body);
  if (tableOf(base, name) !== undefined) {
    throw invalid("DUPLICATE_TABLE_NAME", `There is already a table named "${name}"`);
  }
  const table = emptyTable(name);
  for (const field of fields) {
    assertFreeName(table, field.name);
    const made = makeField(field);
    table.fields.set(made.id, made);
  }
  const made = { ...table, primaryFieldId: [...table.fields.keys()][0] ?? "" };
  change(visit.world, base, made, "publicApi", [{ kind: "create-table" }]);
  return showTable(made);
}

/** A table without fields and records. */
export function emptyTable(name: string): StoredTable {
  return { id: makeId("tbl"), name, primaryFieldId: "", viewId: makeId("viw"), fields: new Map(), records: new Map() };
}

function createField(visit: Visit) {
  const table = tableById(visit);
  const wished = parsed(newField, visit.body);
  assertFreeName(table, wished.name);
  const field = makeField(wished);
  change(visit.world, visit.base(), table, "publicApi", [{ kind: "put-field", field }]);
  return field;
}

function updateField(visit: Visit) {
  const table = tableById(visit);
  const update = parsed(fieldUpdate, visit.body);
  const before = fieldOf(table, visit.parts["field"] ?? "");
  if (before === undefined) {
    throw notPermittedOrNotFound();
  }
  if (Object.keys(update).length === 0 || (update.options !== undefined && before.type !== "formula")) {
    throw invalidRequest();
  }
  assertFreeName(table, update.name ?? before.name, before);
  const field: StoredField = {
    ...before,
    ...(update.name !== undefined && { name: update.name }),
    ...(update.description !== undefined && { description: update.description }),
    ...(update.options !== undefined && { options: { ...before.options, ...update.options } }),
  };
  change(visit.world, visit.base(), table, "publicApi", [{ kind: "put-field", field }]);
  return field;
}

/** Endpoints of the schema know tables by id only. */
function tableById(visit: Visit): StoredTable {
  const table = visit.table();
  if (table.id !== visit.parts["table"]) {
    throw notPermittedOrNotFound();
  }
  return table;
}

function showTable(table: StoredTable) {
  return {
    id: table.id,
    name: table.name,
    primaryFieldId: table.primaryFieldId,
    fields: [...table.fields.values()],
    views: [{ id: table.viewId, name: "Grid view", type: "grid" }],
  };
}
