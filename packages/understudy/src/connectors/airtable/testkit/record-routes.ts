import { z } from "zod";
import { isComputed } from "./field-types.js";
import { isId } from "./ids.js";
import { byIdOfUrl } from "./list-query.js";
import { parsed } from "./parsed.js";
import { invalid, type Refusal } from "./refusal.js";
import { existingRecord, pathRecord, showIn } from "./visited-records.js";
import { change } from "./world.js";
import { madeRecords, prepareWrites, type RecordWrite } from "./write-record.js";
import type { StoredRecord } from "./model.js";
import type { Route, Visit } from "./route.js";

const fields = z.record(z.string(), z.unknown());
const options = { typecast: z.boolean().optional(), returnFieldsByFieldId: z.boolean().optional() };
const oneBody = z.strictObject({ fields, ...options });
const recordId = z.string().refine((id) => isId("rec", id));
const updateBody = z.object({
  records: z
    .array(z.strictObject({ id: recordId, fields }))
    .min(1)
    .max(10),
});
const createBody = z.object({ records: z.array(z.strictObject({ fields })).min(1).max(10) });
/** Upserts are not offered here. */
const manyOptions = z.strictObject({ records: z.unknown(), ...options });

const read = { scopes: ["data.records:read"] } as const;
const write = { scopes: ["data.records:write"], role: "editor" } as const;
const many = "/v0/:base/:table";
const one = "/v0/:base/:table/:record";

/**
 * One record, and changes of records.
 * Source: https://airtable.com/developers/web/api/get-record, /update-multiple-records, /create-records,
 * /delete-multiple-records; texts of refusals were seen in public reports of them.
 */
export const recordRoutes: readonly Route[] = [
  { method: "GET", path: one, ...read, act: getRecord },
  { method: "PATCH", path: one, ...write, act: (visit) => updateOne(visit, false) },
  { method: "PUT", path: one, ...write, act: (visit) => updateOne(visit, true) },
  { method: "DELETE", path: one, ...write, act: (visit) => removeRecords(visit, [pathRecord(visit).id])[0] },
  { method: "PATCH", path: many, ...write, act: (visit) => updateMany(visit, false) },
  { method: "PUT", path: many, ...write, act: (visit) => updateMany(visit, true) },
  { method: "POST", path: many, ...write, act: createRecords },
  { method: "DELETE", path: many, ...write, act: removeMany },
];

function getRecord(visit: Visit) {
  return showIn(visit, pathRecord(visit), byIdOfUrl(visit.query));
}

function updateOne(visit: Visit, isWhole: boolean) {
  const record = pathRecord(visit);
  const body = parsed(oneBody, visit.body);
  update(visit, [{ record, fields: body.fields }], body.typecast ?? false, isWhole);
  return showIn(visit, record, body.returnFieldsByFieldId ?? false);
}

function updateMany(visit: Visit, isWhole: boolean) {
  const { records } = parsed(updateBody, visit.body, () => invalidRecords('an "id" ID field and '));
  const body = parsed(manyOptions, visit.body);
  if (new Set(records.map(({ id }) => id)).size < records.length) {
    throw invalid("INVALID_RECORDS", "You cannot update the same record multiple times in a single request.");
  }
  const writes = records.map(({ id, fields }) => ({ record: existingRecord(visit, id), fields }));
  update(visit, writes, body.typecast ?? false, isWhole);
  return { records: writes.map(({ record }) => showIn(visit, record, body.returnFieldsByFieldId ?? false)) };
}

function createRecords(visit: Visit) {
  const table = visit.table();
  const isOne = typeof visit.body === "object" && visit.body !== null && "fields" in visit.body;
  const body = isOne ? parsed(oneBody, visit.body) : parsed(manyOptions, visit.body);
  const writes = "fields" in body ? [body] : parsed(createBody, visit.body, () => invalidRecords("")).records;
  const { cells, choiceEdits } = prepareWrites(visit.base(), table, writes, rules(visit, body.typecast ?? false));
  const records = madeRecords(cells, visit.world.now());
  const edits = records.map((record) => ({ kind: "create-record", record }) as const);
  change(visit.world, visit.base(), table, "publicApi", [...choiceEdits, ...edits]);
  const shown = records.map((record) => showIn(visit, record, body.returnFieldsByFieldId ?? false));
  return isOne ? shown[0] : { records: shown };
}

function removeMany(visit: Visit) {
  const ids = visit.query.getAll("records[]");
  if (ids.length === 0 || ids.length > 10) {
    throw invalid("INVALID_RECORDS", "You must provide an array of up to 10 record IDs.");
  }
  return {
    records: removeRecords(
      visit,
      ids.map((id) => existingRecord(visit, id).id),
    ),
  };
}

function removeRecords(visit: Visit, ids: readonly string[]) {
  const edits = ids.map((recordId) => ({ kind: "remove-record", recordId }) as const);
  change(visit.world, visit.base(), visit.table(), "publicApi", edits);
  return ids.map((id) => ({ id, deleted: true }));
}

/** @param isWhole cells that are not named are emptied. */
function update(
  visit: Visit,
  writes: readonly (RecordWrite & { readonly record: StoredRecord })[],
  typecast: boolean,
  isWhole: boolean,
): void {
  const { cells, choiceEdits } = prepareWrites(visit.base(), visit.table(), writes, rules(visit, typecast));
  const edits = writes.map(({ record }, index) => {
    const emptied = isWhole ? writableCells(visit, record).map((fieldId) => [fieldId, undefined] as const) : [];
    return {
      kind: "change-record",
      recordId: record.id,
      cells: new Map([...emptied, ...(cells[index] ?? [])]),
    } as const;
  });
  change(visit.world, visit.base(), visit.table(), "publicApi", [...choiceEdits, ...edits]);
}

function writableCells(visit: Visit, record: StoredRecord): readonly string[] {
  const table = visit.table();
  return [...record.cells.keys()].filter((fieldId) => !isComputed(table.fields.get(fieldId)?.type ?? ""));
}

function rules({ token }: Visit, typecast: boolean) {
  return { typecast, mayAddChoices: token.role === "creator", mayCompute: false };
}

function invalidRecords(needs: string): Refusal {
  return invalid(
    "INVALID_RECORDS",
    `You must provide an array of up to 10 record objects, each with ${needs}a "fields" object for cell values.`,
  );
}
