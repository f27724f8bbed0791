import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allScopes, openSample, type Sample } from "./sample.js";

let sample: Sample;
let id: string;

beforeEach(async () => {
  sample = await openSample();
  id = sample.standIn.addRecord(sample.tableId, { Name: "Ada" });
});

afterEach(() => sample.standIn.close());

const patch = (fields: unknown, more: object = {}, token?: string) =>
  sample.ask("PATCH", `/${sample.baseId}/${sample.tableId}`, { records: [{ id, fields }], ...more }, token);

const typeOf = (answer: { readonly body: unknown }) =>
  (answer.body as { readonly error: { readonly type: string } }).error.type;

const stored = () => sample.standIn.record(sample.tableId, id)?.fields;

describe("cells of the stand-in", () => {
  it("take what fits their field, by name or id, and show nothing that is empty", async () => {
    const { fields } = sample;
    const cells = { Age: 7, Done: true, Status: "Open", Tags: ["Closed"], When: "2026-05-01T10:00:00+02:00" };
    const filled = await patch({ ...cells, [String(fields["Name"])]: "Bea" });
    expect(filled.body).toEqual({
      records: [
        {
          id,
          createdTime: "2026-01-01T00:00:00.000Z",
          fields: { ...cells, Name: "Bea", When: "2026-05-01T08:00:00.000Z" },
        },
      ],
    });
    const emptied = await patch(
      { Age: null, Done: false, Status: null, Tags: [], When: null },
      { returnFieldsByFieldId: true },
    );
    expect(emptied.body).toMatchObject({ records: [{ id, fields: { [String(fields["Name"])]: "Bea" } }] });
    expect(stored()).toEqual({ Name: "Bea" });
  });

  it("refuse what does not fit", async () => {
    const refused = [
      ["INVALID_VALUE_FOR_COLUMN", { Name: 7 }],
      ["INVALID_VALUE_FOR_COLUMN", { Age: "7" }],
      ["INVALID_VALUE_FOR_COLUMN", { Done: "yes" }],
      ["INVALID_VALUE_FOR_COLUMN", { When: "soon" }],
      ["INVALID_VALUE_FOR_COLUMN", { Photos: "https://example.com/a.jpg" }],
      ["INVALID_VALUE_FOR_COLUMN", { Upper: "ADA" }],
      ["INVALID_MULTIPLE_CHOICE_OPTIONS", { Status: "" }],
      ["INVALID_MULTIPLE_CHOICE_OPTIONS", { Tags: ["Open", "Nonsense"] }],
      ["INVALID_ATTACHMENT_OBJECT", { Photos: [{ url: "data:image/png;base64,AA==" }] }],
      ["INVALID_ATTACHMENT_OBJECT", { Photos: [{ id: "att00000000000000" }] }],
      ["UNKNOWN_FIELD_NAME", { fld00000000000000: 1 }],
    ] as const;
    for (const [type, fields] of refused) {
      const answer = await patch({ Name: "Bea", ...fields });
      expect([answer.status, typeOf(answer)], JSON.stringify(fields)).toEqual([422, type]);
    }
    expect(stored()).toEqual({ Name: "Ada" });
  });

  it("quote an unknown choice twice", async () => {
    expect((await patch({ Status: "Nonsense" })).body).toEqual({
      error: {
        type: "INVALID_MULTIPLE_CHOICE_OPTIONS",
        message: 'Insufficient permissions to create new select option ""Nonsense""',
      },
    });
  });

  it("are converted and choices made on request, by users who may", async () => {
    expect(
      (await patch({ Age: "7", Name: 8, Status: " New ", Tags: "Closed, Other" }, { typecast: true })).status,
    ).toBe(200);
    expect(stored()).toEqual({ Name: "8", Age: 7, Status: "New", Tags: ["Closed", "Other"] });
    const { body } = await sample.ask("GET", `/meta/bases/${sample.baseId}/tables`);
    expect(JSON.stringify(body)).toMatch(/"name":"New"/);
    expect((await patch({ Status: "New" })).status).toBe(200);

    sample.standIn.addToken({ token: "patEDITOR", scopes: allScopes, role: "editor" });
    expect(typeOf(await patch({ Status: "Newer" }, { typecast: true }, "patEDITOR"))).toBe(
      "INVALID_MULTIPLE_CHOICE_OPTIONS",
    );
  });

  it("are all written, or none", async () => {
    const other = sample.standIn.addRecord(sample.tableId, {});
    const path = `/${sample.baseId}/People`;
    const many = (...ids: readonly string[]) => ({ records: ids.map((id) => ({ id, fields: { Name: "Bea" } })) });
    const refused = [
      await sample.ask("PATCH", path, { records: [...many(id).records, { id: other, fields: { Age: "x" } }] }),
      await sample.ask("PATCH", path, many(id, "rec00000000000000")),
      await sample.ask("PATCH", path, many(id, id)),
      await sample.ask("PATCH", path, many(...Array.from({ length: 11 }, () => id))),
      await sample.ask("PATCH", path, { ...many(id), performUpsert: { fieldsToMergeOn: ["Name"] } }),
    ];
    expect(refused.map((answer) => `${answer.status} ${typeOf(answer)}`)).toEqual([
      "422 INVALID_VALUE_FOR_COLUMN",
      "422 ROW_DOES_NOT_EXIST",
      "422 INVALID_RECORDS",
      "422 INVALID_RECORDS",
      "422 INVALID_REQUEST_UNKNOWN",
    ]);
    expect(stored()).toEqual({ Name: "Ada" });
  });

  it("are set by people in any way, those of formulas too", () => {
    sample.standIn.editRecord(sample.tableId, id, { Status: "Brand new", Upper: "ADA", Age: "9" });
    expect(stored()).toEqual({ Name: "Ada", Status: "Brand new", Upper: "ADA", Age: 9 });
  });
});
