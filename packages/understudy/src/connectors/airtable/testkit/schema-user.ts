import { storedField, type NewField } from "./field-types.js";
import { knownField, placeOf } from "./place.js";
import { readCell } from "./read-cell.js";
import { assertFreeName, change, type World } from "./world.js";
import type { Cell, StoredField, StoredTable } from "./model.js";

/** What people do to tables and fields. Fields are known by id or name, tables by id. */
export interface SchemaUser {
  /** @returns the field's id. */
  addField(tableId: string, field: NewField): string;
  renameField(tableId: string, field: string, name: string): void;
  /** Cells that do not fit the new type are emptied. */
  changeFieldType(tableId: string, field: string, type: string, options?: Readonly<Record<string, unknown>>): void;
  removeField(tableId: string, field: string): void;
  removeTable(tableId: string): void;
}

/** A person who may change tables and fields. */
export function createSchemaUser(world: World): SchemaUser {
  const putField = (tableId: string, makeField: (table: StoredTable) => StoredField): string => {
    const { base, table } = placeOf(world, tableId);
    const field = makeField(table);
    assertFreeName(table, field.name, table.fields.get(field.id));
    change(world, base, table, "client", [{ kind: "put-field", field }]);
    return field.id;
  };
  return {
    addField: (tableId, field) => putField(tableId, () => storedField(field)),
    renameField: (tableId, field, name) => void putField(tableId, (table) => ({ ...knownField(table, field), name })),
    changeFieldType(tableId, field, type, options) {
      const { base, table } = placeOf(world, tableId);
      const before = knownField(table, field);
      const after = storedField({ name: before.name, type, options }, before.id);
      change(world, base, table, "client", [{ kind: "put-field", field: after }, ...recasts(table, after)]);
    },
    removeField(tableId, field) {
      const { base, table } = placeOf(world, tableId);
      change(world, base, table, "client", [{ kind: "remove-field", fieldId: knownField(table, field).id }]);
    },
    removeTable(tableId) {
      const { base, table } = placeOf(world, tableId);
      change(world, base, table, "client", [{ kind: "remove-table" }]);
    },
  };
}

const rules = { typecast: true, mayAddChoices: false, mayCompute: true, hasRecord: () => false } as const;

/** Cells of a field whose type was changed, as they are then. */
function recasts(table: StoredTable, field: StoredField) {
  return [...table.records.values()]
    .filter(({ cells }) => cells.has(field.id))
    .map(({ id, cells }) => {
      const changes = new Map([[field.id, recast(field, cells.get(field.id))]]);
      return { kind: "change-record", recordId: id, cells: changes } as const;
    });
}

function recast(field: StoredField, cell: Cell | undefined): Cell | undefined {
  try {
    return readCell(field, cell ?? null, undefined, rules).cell;
  } catch {
    return undefined;
  }
}
