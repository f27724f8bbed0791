import { describe, expect, it } from "vitest";
import { briefStatuses } from "#connectors/brief-spellings.js";
import { newsOf } from "./hook-news.js";

const table = "tblBBBBBBBBBBBBBB";
const [one, two, three] = ["rec00000000000001", "rec00000000000002", "rec00000000000003"] as const;

function news(...payloads: readonly unknown[]) {
  const { cursor, mightHaveMore, ...rest } = newsOf({ cursor: 5, mightHaveMore: true, payloads: [...payloads] }, table);
  expect([cursor, mightHaveMore]).toEqual([5, true]);
  return rest;
}

function inTable(changes: object, tableId: string = table): object {
  return { timestamp: "2027-01-01T00:00:00.000Z", changedTablesById: { [tableId]: changes } };
}

const nothing = { changedRecordIds: [], removedRecordIds: [], isIncomplete: false };

describe("what a webhook tells", () => {
  it("are records that were added, changed or removed, each once", () => {
    const first = inTable({ createdRecordsById: { [one]: {} }, changedRecordsById: { [two]: {} } });
    const second = inTable({ changedRecordsById: { [one]: {}, [two]: {} }, destroyedRecordIds: [three] });
    expect(news(first, second)).toEqual({ ...nothing, changedRecordIds: [one, two], removedRecordIds: [three] });
  });

  it("ends with the last that happened: removed after a change, back again after a removal", () => {
    const changed = inTable({ changedRecordsById: { [one]: {} } });
    const removed = inTable({ destroyedRecordIds: [one] });
    const restored = inTable({ createdRecordsById: { [one]: {} } });
    expect(news(changed, removed)).toEqual({ ...nothing, removedRecordIds: [one] });
    expect(news(changed, removed, restored)).toEqual({ ...nothing, changedRecordIds: [one] });
  });

  it("is nothing when a status of ours was written and nothing else, unless the record was changed before", () => {
    const inCells = (...values: unknown[]) => {
      const cellValuesByFieldId = Object.fromEntries(values.map((value, index) => [`fld${index}`, value]));
      return inTable({ changedRecordsById: { [one]: { current: { cellValuesByFieldId } } } });
    };
    const echo = inCells({ id: "selAAAAAAAAAAAAAA", name: briefStatuses.complete, color: "greenBright" });
    expect(news(echo, inCells(briefStatuses.processing), inCells(briefStatuses.failed))).toEqual(nothing);
    const changed = { ...nothing, changedRecordIds: [one] };
    expect(news(inCells({ name: briefStatuses.pending }), echo)).toEqual(changed);
    expect(news(inCells(briefStatuses.complete, "https://videos.example/b.mp4"))).toEqual(changed);
    expect(news(inCells([{ name: briefStatuses.complete }]))).toEqual(changed);
    expect(news(inCells(null))).toEqual(changed);
  });

  it("is nothing when it happened elsewhere in the base", () => {
    const elsewhere = inTable({ changedRecordsById: { [one]: {} } }, "tblOOOOOOOOOOOOOO");
    expect(news(elsewhere, { destroyedTableIds: ["tblOOOOOOOOOOOOOO"] }, {})).toEqual(nothing);
  });

  it.each([
    ["the webhook is over", { error: true, code: "INVALID_HOOK" }],
    ["the table was removed", { destroyedTableIds: [table] }],
    ["a column was changed", inTable({ changedFieldsById: { fldA: { current: { name: "New" } } } })],
    ["a column was removed", inTable({ destroyedFieldIds: ["fldA"] })],
    ["a payload cannot be read", "odd"],
    ["a record has an id that is none", inTable({ changedRecordsById: { "rec1'),1": {} } })],
  ])("is not all there is to know when %s", (_what, payload) => {
    const known = inTable({ changedRecordsById: { [one]: {} } });
    expect(news(payload, known)).toEqual({ ...nothing, changedRecordIds: [one], isIncomplete: true });
  });
});
