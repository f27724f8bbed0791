import { makeId } from "./ids.js";
import { storedField, type NewField } from "./field-types.js";
import { emptyTable } from "./schema-routes.js";
import type { StoredBase, StoredTable } from "./model.js";
import type { World } from "./world.js";

/** A base about to be made. */
export interface NewBase {
  readonly name?: string;
  readonly tables: readonly { readonly name: string; readonly fields: readonly NewField[] }[];
}

/** A base that was made. */
export interface MadeBase {
  readonly id: string;
  readonly tables: readonly {
    readonly id: string;
    readonly name: string;
    /** Ids of its fields by their names. */
    readonly fields: Readonly<Record<string, string>>;
  }[];
}

/** Makes a base with empty tables. */
export function addBase(world: World, { name = "Base", tables }: NewBase): MadeBase {
  const base: StoredBase = { id: makeId("app"), name, tables: new Map(), transactions: 0 };
  for (const wished of tables) {
    const fields = wished.fields.map((field) => storedField(field));
    const table: StoredTable = {
      ...emptyTable(wished.name),
      primaryFieldId: fields[0]?.id ?? "",
      fields: new Map(fields.map((field) => [field.id, field])),
    };
    base.tables.set(table.id, table);
  }
  world.bases.set(base.id, base);
  const made = [...base.tables.values()].map((table) => ({
    id: table.id,
    name: table.name,
    fields: Object.fromEntries([...table.fields.values()].map((field) => [field.name, field.id])),
  }));
  return { id: base.id, tables: made };
}
