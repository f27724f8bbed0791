import { assertNever } from "@understudy/render";
import type { Cell, CellChanges, ChangeSource, StoredBase, StoredField, StoredRecord, StoredTable } from "./model.js";

/** One thing that is done to a table. */
export type Edit =
  | { readonly kind: "create-record"; readonly record: StoredRecord }
  | { readonly kind: "change-record"; readonly recordId: string; readonly cells: CellChanges }
  | { readonly kind: "remove-record"; readonly recordId: string }
  | { readonly kind: "put-field"; readonly field: StoredField }
  | { readonly kind: "remove-field"; readonly fieldId: string }
  | { readonly kind: "create-table" }
  | { readonly kind: "remove-table" };

/** What came of an edit; copies, as things were then. */
export type Step =
  | { readonly kind: "record-created"; readonly record: StoredRecord }
  | {
      readonly kind: "record-changed";
      readonly recordId: string;
      readonly before: ReadonlyMap<string, Cell>;
      readonly after: ReadonlyMap<string, Cell>;
    }
  | { readonly kind: "record-removed"; readonly recordId: string }
  | { readonly kind: "field-created"; readonly field: StoredField }
  | { readonly kind: "field-changed"; readonly before: StoredField; readonly after: StoredField }
  | { readonly kind: "field-removed"; readonly fieldId: string }
  | { readonly kind: "table-created" }
  | { readonly kind: "table-removed" };

/** A transaction. */
export interface Change {
  readonly base: StoredBase;
  readonly table: StoredTable;
  readonly source: ChangeSource;
  /** Counts up in each base. */
  readonly transaction: number;
  readonly steps: readonly Step[];
}

/** Does all edits as one transaction of the base. Whoever calls has checked that they can be done. */
export function commit(base: StoredBase, table: StoredTable, source: ChangeSource, edits: readonly Edit[]): Change {
  const steps = edits.flatMap((edit) => applied(base, table, edit) ?? []);
  base.transactions += 1;
  return { base, table, source, transaction: base.transactions, steps };
}

function applied(base: StoredBase, table: StoredTable, edit: Edit): Step | undefined {
  switch (edit.kind) {
    case "create-record":
      table.records.set(edit.record.id, edit.record);
      return { kind: "record-created", record: { ...edit.record, cells: new Map(edit.record.cells) } };
    case "change-record":
      return changedRecord(table, edit.recordId, edit.cells);
    case "remove-record":
      table.records.delete(edit.recordId);
      return { kind: "record-removed", recordId: edit.recordId };
    case "put-field":
      return putField(table, edit.field);
    case "remove-field":
      table.fields.delete(edit.fieldId);
      for (const record of table.records.values()) {
        record.cells.delete(edit.fieldId);
      }
      return { kind: "field-removed", fieldId: edit.fieldId };
    case "create-table":
      base.tables.set(table.id, table);
      return { kind: "table-created" };
    case "remove-table":
      base.tables.delete(table.id);
      return { kind: "table-removed" };
    default:
      return assertNever(edit);
  }
}

function changedRecord(table: StoredTable, recordId: string, changes: CellChanges): Step | undefined {
  const cells = table.records.get(recordId)?.cells ?? new Map<string, Cell>();
  const before = new Map(cells);
  for (const [fieldId, cell] of changes) {
    if (cell === undefined) {
      cells.delete(fieldId);
    } else {
      cells.set(fieldId, cell);
    }
  }
  const isChanged = [...changes.keys()].some((fieldId) => !isSameCell(before.get(fieldId), cells.get(fieldId)));
  return isChanged ? { kind: "record-changed", recordId, before, after: new Map(cells) } : undefined;
}

function putField(table: StoredTable, after: StoredField): Step {
  const before = table.fields.get(after.id);
  table.fields.set(after.id, after);
  return before === undefined ? { kind: "field-created", field: after } : { kind: "field-changed", before, after };
}

/** Whether two cells hold the same. */
export function isSameCell(one: Cell | undefined, other: Cell | undefined): boolean {
  return one === other || JSON.stringify(comparable(one)) === JSON.stringify(comparable(other));
}

/** Attachments are the same by their ids: their bytes do not change. */
function comparable(cell: Cell | undefined): unknown {
  return Array.isArray(cell) ? cell.map((item: unknown) => (isAttachment(item) ? item.id : item)) : cell;
}

function isAttachment(item: unknown): item is { readonly id: string } {
  return typeof item === "object" && item !== null && "id" in item;
}
