import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSample, type Sample, type SampleAnswer } from "./sample.js";

let sample: Sample;

beforeEach(async () => {
  sample = await openSample();
});

afterEach(() => sample.standIn.close());

const tables = () => `/meta/bases/${sample.baseId}/tables`;
const fields = () => `${tables()}/${sample.tableId}/fields`;

function refusalIn({ status, body }: SampleAnswer): string {
  return `${status} ${(body as { readonly error: { readonly type: string } }).error.type}`;
}

describe("schemas of the stand-in", () => {
  it("tell tables, fields and choices", async () => {
    const { body } = await sample.ask("GET", tables());
    const name = { id: sample.fields["Name"], name: "Name", type: "singleLineText" };
    expect(body).toMatchObject({
      tables: [
        {
          id: sample.tableId,
          name: "People",
          primaryFieldId: sample.fields["Name"],
          views: [{ id: expect.stringMatching(/^viw/), name: "Grid view", type: "grid" }],
        },
      ],
    });
    const [table] = (body as { readonly tables: readonly { readonly fields: readonly unknown[] }[] }).tables;
    expect(table?.fields[0]).toEqual(name);
    expect(table?.fields[3]).toMatchObject({
      options: { choices: [{ id: expect.stringMatching(/^sel/), name: "Open" }, { name: "Closed" }] },
    });
  });

  it("grow by tables and fields, which can be renamed", async () => {
    const choices = [{ name: "\u{1F6A9} Failed", color: "redBright" }];
    const table = await sample.ask("POST", tables(), {
      name: "Videos",
      fields: [
        { name: "Source", type: "url" },
        { name: "Status", type: "singleSelect", options: { choices } },
      ],
    });
    expect(table.body).toMatchObject({ id: expect.stringMatching(/^tbl/), fields: [{ name: "Source" }, {}] });
    const made = await sample.ask("POST", fields(), { name: "Seconds", type: "number", options: { precision: 1 } });
    const { id } = made.body as { readonly id: string };
    expect(made.body).toEqual({ id, name: "Seconds", type: "number", options: { precision: 1 } });
    const renamed = await sample.ask("PATCH", `${fields()}/${id}`, { name: "Time", description: "s" });
    expect(renamed.body).toMatchObject({ id, name: "Time", description: "s" });
  });

  it.each([
    ["DUPLICATE_OR_EMPTY_FIELD_NAME", { name: "Name", type: "url" }],
    ["DUPLICATE_OR_EMPTY_FIELD_NAME", { name: "", type: "url" }],
    ["INVALID_REQUEST_UNKNOWN", { name: "X", type: "longText" }],
    ["UNSUPPORTED_FIELD_TYPE_FOR_CREATE", { name: "X", type: "createdTime" }],
    ["INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE", { name: "X", type: "checkbox" }],
    ["INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE", { name: "X", type: "url", options: {} }],
    ["INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE", { name: "X", type: "number", options: { precision: 9 } }],
    [
      "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE",
      { name: "X", type: "dateTime", options: { dateFormat: { name: "iso" } } },
    ],
  ])("refuse with %s a field %j", async (type, field) => {
    expect(refusalIn(await sample.ask("POST", fields(), field))).toBe(`422 ${type}`);
  });

  it("refuse tables of a name that is taken, and new choices of a select", async () => {
    expect(
      refusalIn(await sample.ask("POST", tables(), { name: "People", fields: [{ name: "A", type: "url" }] })),
    ).toBe("422 DUPLICATE_TABLE_NAME");
    const choices = { options: { choices: [{ name: "New" }] } };
    expect(refusalIn(await sample.ask("PATCH", `${fields()}/${sample.fields["Status"]}`, choices))).toBe(
      "422 INVALID_REQUEST_UNKNOWN",
    );
  });

  it("are changed by people: what does not fit a new type is emptied", () => {
    const { standIn, tableId } = sample;
    const ids = standIn.addRecords(tableId, [{ Name: "7" }, { Name: "Ada", Age: 3 }]);
    standIn.changeFieldType(tableId, "Name", "number");
    standIn.renameField(tableId, "Age", "Years");
    standIn.addField(tableId, { name: "Notes", type: "multilineText" });
    standIn.editRecord(tableId, String(ids[0]), { Notes: "x" });
    expect(standIn.records(tableId).map((record) => record.fields)).toEqual([{ Name: 7, Notes: "x" }, { Years: 3 }]);
    standIn.removeField(tableId, "Years");
    expect(standIn.record(tableId, String(ids[1]))?.fields).toEqual({});
    standIn.removeTable(tableId);
    expect(() => standIn.records(tableId)).toThrow(`There is no table ${tableId}`);
  });
});
