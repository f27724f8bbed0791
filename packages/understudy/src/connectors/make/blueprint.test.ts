import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readBriefOrder } from "#connectors/brief-input.js";
import { briefColumns, briefFields, briefStatuses, briefWebhookFields } from "#connectors/brief-spellings.js";
import { finishBlueprint } from "./blueprint-finish.js";
import { finishPlaceholder, startBlueprint } from "./blueprint-start.js";
import { blueprintText, type Blueprint } from "./blueprint.js";
import { problemsOfBlueprint, problemsOfShared } from "./testing/check-blueprint.js";
import { moduleReferences } from "./testing/module-references.js";
import { passesFilter } from "./testing/passes-filter.js";
import { sampleRouter, sampleTimetable } from "./testing/sample-blueprints.js";

const table = {
  baseId: "appAAAAAAAAAAAAAA",
  tableId: "tblAAAAAAAAAAAAAA",
  columns: { status: "fldStatus0000000a", output: "fldOutput0000000a", error: "fldError00000000a" },
};
const start = startBlueprint({ ...table, serviceUrl: "https://service.example/videos" });
const finish = finishBlueprint(table);

const example = (name: string) => readFileSync(new URL(`../../../../../docs/make/${name}`, import.meta.url), "utf8");

/** What the rows of a scenario's steps are set to. */
const recordsOf = ({ flow }: Blueprint) =>
  flow.flatMap(({ mapper }) => (mapper["record"] === undefined ? [] : [mapper["record"] as object]));

/** What a scenario takes from the data that began it. */
const fieldsOf = (blueprint: Blueprint) => {
  const fromWebhook = moduleReferences(blueprint.flow).filter(({ id }) => id === 1);
  return [...new Set(fromWebhook.map(({ field }) => field))].sort();
};

describe("both blueprints", () => {
  it.each([
    ["start", start],
    ["finish", finish],
    ["start, for a table that is chosen in the editor", startBlueprint({})],
    ["finish, for a table that is chosen in the editor", finishBlueprint({})],
  ])("%s: keep the format's rules, and hold nobody's connections or keys", (_, blueprint) => {
    expect(problemsOfShared(JSON.parse(blueprintText(blueprint)))).toEqual([]);
  });

  it("are ASCII, the flag included, and read as it", () => {
    const text = blueprintText(start);
    expect(text).toMatch(/^[\n\x20-\x7e]+$/);
    expect(text.split(String.raw`\ud83d\udea9 Failed`)).toHaveLength(2);
    expect(JSON.parse(text)).toEqual(start);
  });

  it("are the examples of the documentation", () => {
    expect(example("start.blueprint.json")).toBe(blueprintText(startBlueprint({})));
    expect(example("finish.blueprint.json")).toBe(blueprintText(finishBlueprint({})));
  });

  it("change columns and say statuses of the one table only", () => {
    const { status, output, error } = table.columns;
    expect(recordsOf(start)).toEqual([
      { [status]: briefStatuses.processing },
      { [status]: briefStatuses.failed, [error]: "{{3.data.error}} (HTTP {{3.statusCode}})" },
    ]);
    expect(recordsOf(finish)).toEqual([
      {
        [status]: "{{1.status}}",
        [output]: "{{ifempty(1.output_url; erase)}}",
        [error]: "{{ifempty(1.error_message; erase)}}",
      },
    ]);
    expect(recordsOf(finishBlueprint({})).flatMap((record) => Object.keys(record))).toEqual([
      briefColumns.status,
      briefColumns.output,
      briefColumns.error,
    ]);
  });

  it("take from what they are told the members of the one table only", () => {
    const { recordId, sourceVideoUrl, avatarImageUrl } = briefFields;
    expect(fieldsOf(start)).toEqual([recordId, sourceVideoUrl, avatarImageUrl].sort());
    expect(fieldsOf(finish)).toEqual(Object.values(briefWebhookFields).sort());
  });
});

it("the start's request, once Make has put a row's values in, is a job that the service reads", () => {
  const row: Readonly<Record<string, string>> = {
    record_id: "recA1b2C3d4E5f6G7",
    source_video_url: "https://videos.example/ad.mp4?a=1&b=2",
    avatar_image_url: "https://photos.example/jo.jpg",
  };
  const { mapper } = start.flow.find(({ module }) => module === "http:MakeRequest")!;
  const sent = String(mapper["jsonStringBodyContent"]).replaceAll(/\{\{1\.(\w+)\}\}/g, (_, name: string) => row[name]!);
  expect(readBriefOrder((JSON.parse(sent) as { readonly input: unknown }).input)).toEqual({
    recordId: row["record_id"],
    sourceVideoUrl: row["source_video_url"],
    avatarImageUrl: row["avatar_image_url"],
    webhookUrl: finishPlaceholder,
    formerNames: [],
  });
  expect(mapper["url"]).toBe("https://service.example/videos/v2/renders/run");
});

it.each([
  ["https://api.runpod.ai/v2/abc123", "https://api.runpod.ai/v2/abc123/run"],
  ["https://api.runpod.ai/v2/abc123/run", "https://api.runpod.ai/v2/abc123/run"],
  ["https://videos.example", "https://videos.example/v2/renders/run"],
  ["https://videos.example/v2", "https://videos.example/v2/v2/renders/run"],
])("a start for %s asks %s", (serviceUrl, address) => {
  const asking = startBlueprint({ ...table, serviceUrl }).flow[2]!.mapper;
  expect(asking).toEqual({ ...start.flow[2]!.mapper, url: address });
});

describe("the finish writes", () => {
  const ours = "https://videos.example/r/1/rec.mp4";
  const complete = { status: briefStatuses.complete, output_url: ours };
  const failed = { status: briefStatuses.failed, output_url: "" };
  const { pending, processing } = briefStatuses;

  it.each([
    ["an end", complete, processing, "", true],
    ["an end of a row that had another video", complete, processing, "https://videos.example/r/0/rec.mp4", true],
    ["a failure", failed, processing, "", true],
    ["a failure of a row whose status nobody set", failed, "", "", true],
    ["nothing when the same end is told again", complete, briefStatuses.complete, ours, false],
    ["nothing into a row that waits by now", complete, pending, ours, false],
    ["nothing into a row that is in work by now", complete, processing, ours, false],
    ["no failure that comes late into a row that has its video", failed, briefStatuses.complete, ours, false],
  ])("%s", (_, told, status, output, isWritten) => {
    const bundles = { 1: told, 2: { [table.columns.status]: status, [table.columns.output]: output } };
    expect(passesFilter(finish.flow[2]!.filter!, bundles)).toBe(isWritten);
  });

  it("whatever comes where the row cannot be read", () => {
    const { filter } = finish.flow[2]!;
    expect([complete, failed].map((told) => passesFilter(filter!, { 1: told, 2: {} }))).toEqual([true, true]);
  });

  it("by the columns' names where they have no ids", () => {
    const named = finishBlueprint({ columns: { status: "Wie weit?" } });
    expect(named.flow[1]!.mapper["useColumnId"]).toBe(false);
    expect(finish.flow[1]!.mapper["useColumnId"]).toBe(true);
    const written = { 1: failed, 2: { "Wie weit?": briefStatuses.complete, [briefColumns.output]: ours } };
    expect(passesFilter(named.flow[2]!.filter!, written)).toBe(false);
  });
});

describe("the check of blueprints", () => {
  it("takes what Make exports", () => {
    expect([problemsOfBlueprint(sampleRouter), problemsOfBlueprint(sampleTimetable)]).toEqual([[], []]);
  });

  it.each([
    ["somebody's connection", { parameters: { __IMTCONN__: 1 } }, "module 2: __IMTCONN__ is somebody's own"],
    [
      "the editor's notes",
      { metadata: { designer: { x: 0, y: 0 }, expect: [] } },
      "module 2: metadata.expect is the editor's",
    ],
    ["a key", { mapper: { value: `Bearer ${"k".repeat(20)}` } }, "blueprint: there is a key in it"],
  ])("finds %s in what is shared", (_, parts, problem) => {
    expect(problemsOfShared(changed(parts))).toEqual([problem]);
    expect(problemsOfBlueprint(changed(parts))).toEqual([]);
  });

  it.each([
    ["no object", [], "blueprint: Invalid input: expected object, received array"],
    ["a clipboard of modules", { subflows: [] }, 'blueprint: Unrecognized key: "subflows"'],
    ["nothing to do", { ...finish, flow: [] }, "flow: Too small: expected array to have >=1 items"],
    [
      "another version",
      { ...finish, metadata: { ...finish.metadata, version: 2 } },
      "metadata.version: Invalid input: expected 1",
    ],
    [
      "orphans",
      { ...finish, metadata: { ...finish.metadata, designer: { orphans: [1] } } },
      "metadata.designer.orphans: Too big",
    ],
    ["no id", changed({ id: 0 }), "flow.1.id: Too small"],
    ["no module's name", changed({ module: "Airtable" }), "flow.1.module: Invalid string"],
    ["no place", changed({ metadata: {} }), "flow.1.metadata.designer: Invalid input"],
    [
      "a filter of no shape",
      changed({ filter: { name: "x", conditions: [{ a: "1" }] } }),
      "flow.1.filter.conditions.0",
    ],
    ["an unknown member", changed({ mappers: {} }), 'flow.1: Unrecognized key: "mappers"'],
    ["the same id twice", changed({ id: 1 }), "module 1: there are two of this id"],
    ["what comes later", changed({ mapper: { id: "{{3.id}}" } }), "module 2: 3.id is not there when it runs"],
    [
      "itself",
      changed({ mapper: { id: "{{if(1.a > 1.5; 2.`My field`; null)}}" } }),
      "module 2: 2.My field is not there",
    ],
    ["routes without a router", changed({ routes: [] }), "module 2: only a router has routes"],
    [
      "a router without routes",
      changed({ module: "builtin:BasicRouter", mapper: null }),
      "module 2: a router leads nowhere",
    ],
    [
      "another route's module",
      { ...finish, flow: [...sampleRouter.flow, { ...finish.flow[1], id: 10, mapper: { id: "{{8.data}}" } }] },
      "module 10: 8.data is not there when it runs",
    ],
    [
      "a filter on the first module",
      { ...finish, flow: [{ ...finish.flow[0], filter: { name: "x", conditions: [[{ a: "1", o: "exist" }]] } }] },
      "module 1: nothing can be passed over before the first module",
    ],
  ])("refuses %s", (_, blueprint, problem) => {
    expect(problemsOfBlueprint(blueprint).join("\n")).toContain(problem);
  });
});

/** The finish blueprint with another second module. */
function changed(parts: object) {
  return { ...finish, flow: [finish.flow[0], { ...finish.flow[1], ...parts }] };
}
