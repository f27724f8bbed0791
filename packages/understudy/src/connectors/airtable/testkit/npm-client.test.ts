import Airtable from "airtable";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSample, sampleToken, type Sample } from "./sample.js";

let sample: Sample;

beforeEach(async () => {
  sample = await openSample();
});

afterEach(() => sample.standIn.close());

function people(apiKey = sampleToken) {
  const client = new Airtable({ apiKey, endpointUrl: sample.standIn.url, noRetryIfRateLimited: true });
  return client.base(sample.baseId)("People");
}

/** What an error of the client says; it is no `Error`. */
function refusalOf(asked: Promise<unknown>): Promise<{ readonly error: string; readonly statusCode: number }> {
  return asked.then(
    () => Promise.reject(new Error("It was not refused.")),
    (thrown: { readonly error: string; readonly statusCode: number }) => thrown,
  );
}

describe("the stand-in seen by Airtable's own client", () => {
  it("lists what a formula finds, page by page", async () => {
    const rows = Array.from({ length: 250 }, (_, index) => ({
      Name: `${index}`,
      Status: index % 2 ? "Open" : null,
    }));
    sample.standIn.addRecords(sample.tableId, rows);
    const pages: string[][] = [];
    await people()
      .select({ filterByFormula: "{Status}='Open'", fields: ["Name"] })
      .eachPage((records, next) => {
        pages.push(records.map((record) => String(record.get("Name"))));
        next();
      });
    expect(pages.map((page) => page.length)).toEqual([100, 25]);
    expect(new Set(pages.flat()).size).toBe(125);
  });

  it("lists by a formula that is too long for an address", async () => {
    const [id] = sample.standIn.addRecords(sample.tableId, [{ Name: "Ada" }, { Name: "Bea" }]);
    const other = Array.from({ length: 700 }, () => "RECORD_ID()='rec00000000000000'");
    const found = await people()
      .select({ filterByFormula: `OR(${[...other, `RECORD_ID()='${id}'`].join(",")})` })
      .all();
    expect(found.map((record) => record.fields)).toEqual([{ Name: "Ada" }]);
    expect(sample.standIn.requests.map(({ path }) => path)).toEqual([`/v0/${sample.baseId}/People/listRecords`]);
  });

  it("sorts, and gives no more than was asked for", async () => {
    sample.standIn.addRecords(sample.tableId, [{ Age: 3 }, { Age: 20 }, {}, { Age: 1 }]);
    const found = await people()
      .select({ sort: [{ field: "Age", direction: "desc" }], maxRecords: 3, pageSize: 2 })
      .all();
    expect(found.map((record) => record.get("Age"))).toEqual([20, 3, 1]);
  });

  it("makes, finds, changes and removes records", async () => {
    const table = people();
    const made = await table.create(Array.from({ length: 10 }, (_, index) => ({ fields: { Age: index } })));
    const changed = await table.update(made.map(({ id }) => ({ id, fields: { Name: "Ada" } })));
    expect(changed.map((record) => record.fields)).toEqual(made.map((record) => ({ ...record.fields, Name: "Ada" })));

    const [first, ...others] = made.map(({ id }) => id);
    await table.replace(String(first), { Age: 50 });
    expect((await table.find(String(first))).fields).toEqual({ Age: 50 });

    await table.destroy(others);
    expect(sample.standIn.records(sample.tableId).map(({ id }) => id)).toEqual([first]);
    expect(sample.standIn.requests.map(({ records }) => records)).toEqual([10, 10, undefined, undefined, undefined]);
  });

  it("is refused by words that the client knows", async () => {
    const table = people();
    const id = sample.standIn.addRecord(sample.tableId, { Name: "Ada" });
    const refusals = await Promise.all([
      refusalOf(table.update([{ id, fields: { Nme: "x" } }])),
      refusalOf(table.update([{ id, fields: { Status: "Nonsense" } }])),
      refusalOf(table.update([{ id, fields: { Age: "old" } }])),
      refusalOf(table.update([{ id: "rec00000000000000", fields: {} }])),
      refusalOf(table.update(Array.from({ length: 11 }, () => ({ id, fields: {} })))),
      refusalOf(table.select({ filterByFormula: "UPPER({Name})='x'" }).all()),
      refusalOf(table.find("rec00000000000000")),
      refusalOf(people("patUNKNOWN").find(id)),
    ]);
    expect(refusals.map(({ statusCode, error }) => `${statusCode} ${error}`)).toEqual([
      "422 UNKNOWN_FIELD_NAME",
      "422 INVALID_MULTIPLE_CHOICE_OPTIONS",
      "422 INVALID_VALUE_FOR_COLUMN",
      "422 ROW_DOES_NOT_EXIST",
      "422 INVALID_RECORDS",
      "422 INVALID_FILTER_BY_FORMULA",
      "404 NOT_FOUND",
      "401 AUTHENTICATION_REQUIRED",
    ]);
  });

  it("says when there are too many requests", async () => {
    sample.standIn.storm(sample.baseId, 1_000);
    expect(await refusalOf(people().select().all())).toMatchObject({ statusCode: 429, error: "TOO_MANY_REQUESTS" });
    sample.wait(1_000);
    expect(await people().select().all()).toEqual([]);
  });
});
