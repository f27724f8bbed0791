import { makeId } from "./ids.js";
import { readCell, type CellRules } from "./read-cell.js";
import { invalid } from "./refusal.js";
import { fieldOf, type Cell, type StoredBase, type StoredRecord, type StoredTable } from "./model.js";
import { moreChoices } from "./world.js";
import type { Edit } from "./commit.js";

/** Cells of one record that are to be written, by fields' ids or names. */
export interface RecordWrite {
  /** Undefined for a record about to be made. */
  readonly record?: StoredRecord | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a write comes to; nothing of it is done yet. */
export interface PreparedWrites {
  /** Of each write, in the same order. */
  readonly cells: readonly ReadonlyMap<string, Cell | undefined>[];
  /** Choices that are made first. */
  readonly choiceEdits: readonly Edit[];
}

/** Reads all cells before anything is written: all or none. @throws Refusal 422. */
export function prepareWrites(
  base: StoredBase,
  table: StoredTable,
  writes: readonly RecordWrite[],
  rules: Omit<CellRules, "hasRecord">,
): PreparedWrites {
  const hasRecord: CellRules["hasRecord"] = (tableId, id) => base.tables.get(tableId)?.records.has(id) ?? false;
  const newChoices = new Map<string, readonly string[]>();
  const cells = writes.map(({ record, fields }) => {
    const read = new Map<string, Cell | undefined>();
    for (const [name, value] of Object.entries(fields)) {
      const field = fieldOf(table, name);
      if (field === undefined) {
        throw invalid("UNKNOWN_FIELD_NAME", `Unknown field name: "${name}"`);
      }
      const taken = readCell(field, value, record?.cells.get(field.id), { ...rules, hasRecord });
      read.set(field.id, taken.cell);
      newChoices.set(field.id, [...(newChoices.get(field.id) ?? []), ...taken.newChoices]);
    }
    return read;
  });
  const choiceEdits = [...newChoices].flatMap(([fieldId, names]) => {
    const field = table.fields.get(fieldId);
    return field === undefined || names.length === 0 ? [] : [moreChoices(field, names)];
  });
  return { cells, choiceEdits };
}

/** Records about to be made, with new ids. */
export function madeRecords(cells: PreparedWrites["cells"], nowMs: number): readonly StoredRecord[] {
  const createdTime = new Date(nowMs).toISOString();
  return cells.map((read) => {
    const filled = [...read].flatMap(([id, cell]) => (cell === undefined ? [] : [[id, cell] as const]));
    return { id: makeId("rec"), createdTime, cells: new Map(filled) };
  });
}
