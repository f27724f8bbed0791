import { describe, expect, it } from "vitest";
import type { AirtableField } from "#connectors/airtable/client/airtable-client.js";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { columnRoles, newColumn } from "./column-roles.js";
import { columnTroubles, findColumnsAgain, isWhole, mapColumns } from "./columns.js";
import type { MappedColumns } from "./connection.js";

const idOf = (index: number) => `fld${String(index).padStart(14, "0")}`;

/** The columns as they are made. */
const madeFields = columnRoles.map((role, index) => ({ id: idOf(index), ...newColumn(role) })) as AirtableField[];

/** Fields of a table; the index is their id. */
const fieldsOf = (...named: readonly (readonly [name: string, type: string])[]): AirtableField[] =>
  named.map(([name, type], index) => ({ id: idOf(index), name, type }));

const needed = [
  [briefColumns.source, "url"],
  [briefColumns.face, "url"],
  [briefColumns.status, "singleLineText"],
  [briefColumns.output, "url"],
] as const;

describe("the columns of a table", () => {
  it("are all found as they are made, the one of consent only when it is asked for", () => {
    const { columns, missing, wrong, missingStatusTexts } = mapColumns(madeFields, {});
    expect({ missing, wrong, missingStatusTexts }).toEqual({ missing: [], wrong: [], missingStatusTexts: [] });
    expect(Object.keys(columns)).toEqual(columnRoles.filter((role) => role !== "consent"));
    expect(isWhole(columns)).toBe(true);
    expect(mapColumns(madeFields, { consent: "Consent" }).columns.consent).toMatchObject({ name: "Consent" });
  });

  it("are found by exact name, then without regard to case and outer spaces, and by id", () => {
    const fields = fieldsOf(["status", "singleLineText"], ["Status", "singleSelect"], [" STATUS 2 ", "singleSelect"]);
    const statusFor = (name?: string) =>
      mapColumns(fields, name === undefined ? {} : { status: name }, ["status"]).columns.status?.id;
    expect(statusFor()).toBe(idOf(1));
    expect(statusFor("status")).toBe(idOf(0));
    expect(statusFor("Status 2")).toBe(idOf(2));
    expect(statusFor(idOf(0))).toBe(idOf(0));
    expect(statusFor("Status 3")).toBeUndefined();
  });

  it("may have emoji and right-to-left names, composed or not", () => {
    const fields = fieldsOf(["סטטוס 🎬", "singleSelect"], ["Re\u0301sultat", "url"]);
    const { columns } = mapColumns(fields, { status: "סטטוס 🎬", output: "RÉSULTAT" }, ["status", "output"]);
    expect([columns.status?.id, columns.output?.id]).toEqual([idOf(0), idOf(1)]);
  });

  it("of attachments are found without _URL", () => {
    const fields = fieldsOf(["Source_Video", "multipleAttachments"], ["Avatar_Image", "multipleAttachments"]);
    const { columns } = mapColumns(fields, {}, ["source", "face"]);
    expect(columns).toMatchObject({ source: { name: "Source_Video" }, face: { name: "Avatar_Image" } });
  });

  it.each([
    ["source", "formula", true],
    ["face", "multipleLookupValues", true],
    ["source", "email", false],
    ["status", "formula", false],
    ["status", "multipleSelects", false],
    ["output", "formula", false],
    ["thumbnail", "url", false],
    ["seconds", "duration", true],
    ["cost", "number", true],
    ["cost", "percent", false],
    ["consent", "checkbox", true],
    ["error", "checkbox", false],
  ] as const)("%s may be %s: %s", (role, type, isFit) => {
    const { columns, wrong } = mapColumns(fieldsOf(["A", type]), { [role]: "A" }, [role]);
    expect([columns[role] !== undefined, wrong.length]).toEqual([isFit, isFit ? 0 : 1]);
  });

  it("that are missing, of another type or play two roles are told together", () => {
    const fields = fieldsOf([briefColumns.source, "url"], [briefColumns.status, "checkbox"]);
    const mapping = mapColumns(fields, { face: briefColumns.source }, ["source", "face", "status", "thumbnail"]);
    expect(columnTroubles(mapping)).toEqual([
      '"Thumbnail" (thumbnail) is missing',
      '"Source_Video_URL" cannot be face, because it is source already',
      '"Status" (status) is checkbox, not single select or text',
    ]);
    expect(isWhole(mapping.columns)).toBe(false);
  });

  it("say which status texts a select does not offer, to the letter; a text column takes all", () => {
    const choices = [{ name: "Pending" }, { name: "complete" }, { name: "Failed" }];
    const select = { id: idOf(0), name: "Status", type: "singleSelect", options: { choices } };
    expect(mapColumns([select], {}, ["status"]).missingStatusTexts).toEqual([
      briefStatuses.processing,
      briefStatuses.complete,
      briefStatuses.failed,
    ]);
    expect(mapColumns(fieldsOf(...needed), {}).missingStatusTexts).toEqual([]);
  });
});

describe("the columns of a connection, looked for again", () => {
  const columns = mapColumns(fieldsOf(...needed), {}).columns as MappedColumns;

  it("are found under new names, and only those that it has", () => {
    const renamed = fieldsOf(...needed.map(([, type], index) => [`New ${index}`, type] as const));
    const again = findColumnsAgain([...renamed, ...madeFields.slice(4)], { columns, consent: { kind: "on-record" } });
    expect(again.missing).toEqual([]);
    expect(again.columns).toEqual({
      source: { id: idOf(0), name: "New 0", type: "url" },
      face: { id: idOf(1), name: "New 1", type: "url" },
      status: { id: idOf(2), name: "New 2", type: "singleLineText" },
      output: { id: idOf(3), name: "New 3", type: "url" },
    });
  });

  it("that are gone are named as they were, and those of another type as they are", () => {
    const fields = fieldsOf(["Link", "checkbox"], ...needed.slice(1, 3));
    expect(columnTroubles(findColumnsAgain(fields, { columns, consent: { kind: "on-record" } }))).toEqual([
      '"Output_Video_URL" (output) is missing',
      '"Link" (source) is checkbox, not URL, text, formula, lookup or attachment',
    ]);
  });
});
