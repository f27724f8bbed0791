import { makeId } from "./ids.js";
import { addBase, type MadeBase, type NewBase } from "./add-base.js";
import { attach } from "./attach.js";
import { knownField, knownRecord, placeOf } from "./place.js";
import { createSchemaUser, type SchemaUser } from "./schema-user.js";
import { showRecord, type ShownRecord } from "./show-record.js";
import { change, type World } from "./world.js";
import { madeRecords, prepareWrites } from "./write-record.js";

/** Cells by fields' names or ids. Those of computed fields can be given too, as nobody works them out here. */
export type UserCells = Readonly<Record<string, unknown>>;

/**
 * What people do in Airtable's own program. Each call is one transaction. Fields are known by id or name, tables by id. All
 * throw for what is not there.
 */
export interface StandInUser extends SchemaUser {
  /** Fields of every type can be given, with any options; the first is the primary one. */
  addBase(base: NewBase): MadeBase;
  /** @returns the record's id. */
  addRecord(tableId: string, cells: UserCells): string;
  /** @returns ids, in the same order. */
  addRecords(tableId: string, cells: readonly UserCells[]): readonly string[];
  /** Changes the cells that are named; null empties. */
  editRecord(tableId: string, recordId: string, cells: UserCells): void;
  editRecords(tableId: string, edits: readonly { readonly id: string; readonly cells: UserCells }[]): void;
  deleteRecord(tableId: string, recordId: string): void;
  /** Adds a file to a cell. @returns the attachment's id. */
  addAttachment(
    tableId: string,
    recordId: string,
    field: string,
    file: { readonly bytes: Uint8Array; readonly fileName: string; readonly mediaType: string },
  ): string;
  /** All records of a table, cells by fields' names. */
  records(tableId: string): readonly ShownRecord[];
  /** Undefined when it is not there. */
  record(tableId: string, recordId: string): ShownRecord | undefined;
}

const rules = { typecast: true, mayAddChoices: true, mayCompute: true } as const;

/** A person who may do everything. */
export function createUser(world: World): StandInUser {
  const edit = (tableId: string, edits: readonly { readonly id: string; readonly cells: UserCells }[]): void => {
    const { base, table } = placeOf(world, tableId);
    const writes = edits.map(({ id, cells }) => ({ record: knownRecord(table, id), fields: cells }));
    const { cells, choiceEdits } = prepareWrites(base, table, writes, rules);
    const changes = writes.map(
      ({ record }, index) =>
        ({ kind: "change-record", recordId: record.id, cells: cells[index] ?? new Map() }) as const,
    );
    change(world, base, table, "client", [...choiceEdits, ...changes]);
  };
  const add = (tableId: string, rows: readonly UserCells[]): readonly string[] => {
    const { base, table } = placeOf(world, tableId);
    const { cells, choiceEdits } = prepareWrites(
      base,
      table,
      rows.map((fields) => ({ fields })),
      rules,
    );
    const records = madeRecords(cells, world.now());
    const edits = records.map((record) => ({ kind: "create-record", record }) as const);
    change(world, base, table, "client", [...choiceEdits, ...edits]);
    return records.map(({ id }) => id);
  };
  const shape = { byId: false };
  return {
    ...createSchemaUser(world),
    addBase: (base) => addBase(world, base),
    addRecord: (tableId, cells) => add(tableId, [cells])[0] ?? "",
    addRecords: add,
    editRecord: (tableId, id, cells) => edit(tableId, [{ id, cells }]),
    editRecords: edit,
    deleteRecord(tableId, recordId) {
      const { base, table } = placeOf(world, tableId);
      change(world, base, table, "client", [{ kind: "remove-record", recordId: knownRecord(table, recordId).id }]);
    },
    addAttachment(tableId, recordId, field, { bytes, fileName, mediaType }) {
      const { base, table } = placeOf(world, tableId);
      const attachment = { id: makeId("att"), fileName, mediaType, from: { bytes } };
      const edit = attach(knownRecord(table, recordId), knownField(table, field).id, attachment);
      change(world, base, table, "client", [edit]);
      return attachment.id;
    },
    records(tableId) {
      const { table } = placeOf(world, tableId);
      return [...table.records.values()].map((record) => showRecord(record, table, world.files, shape));
    },
    record(tableId, recordId) {
      const { table } = placeOf(world, tableId);
      const record = table.records.get(recordId);
      return record && showRecord(record, table, world.files, shape);
    },
  };
}
