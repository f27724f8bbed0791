import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHookSample, type HookSample } from "./hook-sample.js";
import { openSample, type Sample } from "./sample.js";

let sample: Sample;
let hooks: HookSample;

beforeEach(async () => {
  sample = await openSample();
  hooks = await openHookSample(sample);
});

afterEach(async () => {
  await sample.standIn.close();
  await hooks.close();
});

describe("payloads of the stand-in's webhooks", () => {
  it("say what happened from a cursor on", async () => {
    const hook = await hooks.create();
    const id = sample.standIn.addRecord(sample.tableId, { Name: "Ada" });
    await sample.ask("PATCH", `/${sample.baseId}/People/${id}`, { fields: { Status: "Open" } });
    sample.standIn.deleteRecord(sample.tableId, id);
    const { fields, tableId } = sample;
    const { payloads, ...rest } = await hooks.news(hook);
    expect(rest).toEqual({ cursor: 4, mightHaveMore: false });
    expect(payloads.map(({ actionMetadata }) => actionMetadata)).toMatchObject([
      { source: "client" },
      { source: "publicApi" },
      { source: "client" },
    ]);
    expect(payloads.map(({ baseTransactionNumber }) => baseTransactionNumber)).toEqual([1, 2, 3]);
    const status = { id: expect.stringMatching(/^sel/), name: "Open", color: "blueLight2" };
    expect(payloads.map(({ changedTablesById }) => changedTablesById)).toEqual([
      {
        [tableId]: {
          createdRecordsById: {
            [id]: {
              createdTime: "2026-01-01T00:00:00.000Z",
              cellValuesByFieldId: { [String(fields["Name"])]: "Ada" },
            },
          },
        },
      },
      {
        [tableId]: {
          changedRecordsById: { [id]: { current: { cellValuesByFieldId: { [String(fields["Status"])]: status } } } },
        },
      },
      { [tableId]: { destroyedRecordIds: [id] } },
    ]);

    expect(await hooks.news(hook, "?cursor=2&limit=1")).toMatchObject({ cursor: 3, mightHaveMore: true });
    expect(await hooks.news(hook, "?cursor=4")).toEqual({ payloads: [], cursor: 4, mightHaveMore: false });
    for (const query of ["?cursor=0", "?cursor=5", "?limit=51"]) {
      expect((await sample.ask("GET", hooks.path(`/${hook.id}/payloads${query}`))).status).toBe(422);
    }
  });

  it("leave out what their filters do", async () => {
    const { fields, standIn, tableId } = sample;
    const watched = await hooks.create({
      recordChangeScope: tableId,
      watchDataInFieldIds: [fields["Status"]],
      changeTypes: ["update"],
      fromSources: ["client"],
    });
    const schema = await hooks.create({ dataTypes: ["tableFields"] });
    const id = standIn.addRecord(tableId, { Name: "Ada" });
    standIn.editRecord(tableId, id, { Name: "Bea" });
    standIn.editRecord(tableId, id, { Status: null });
    await sample.ask("PATCH", `/${sample.baseId}/People/${id}`, { fields: { Status: "Open" } });
    expect((await hooks.news(watched)).payloads).toEqual([]);
    standIn.editRecord(tableId, id, { Name: "Cid", Status: "Closed" });
    expect((await hooks.news(watched)).payloads).toMatchObject([
      {
        changedTablesById: {
          [tableId]: { changedRecordsById: { [id]: { current: { cellValuesByFieldId: expect.any(Object) } } } },
        },
      },
    ]);
    expect(JSON.stringify(await hooks.news(watched))).not.toContain("Cid");

    expect((await hooks.news(schema)).payloads).toEqual([]);
    standIn.renameField(tableId, "Name", "Called");
    const called = { [String(fields["Name"])]: { current: { name: "Called" } } };
    expect((await hooks.news(schema)).payloads).toMatchObject([
      { changedTablesById: { [tableId]: { changedFieldsById: called } } },
    ]);
  });

  it("can include what was before and what did not change", async () => {
    const { fields, standIn, tableId } = sample;
    const id = standIn.addRecord(tableId, { Name: "Ada", Age: 1 });
    const hook = await hooks.create(
      {},
      { includePreviousCellValues: true, includeCellValuesInFieldIds: [fields["Age"]] },
    );
    standIn.editRecord(tableId, id, { Name: "Bea" });
    expect((await hooks.news(hook)).payloads).toMatchObject([
      {
        changedTablesById: {
          [tableId]: {
            changedRecordsById: {
              [id]: {
                previous: { cellValuesByFieldId: { [String(fields["Name"])]: "Ada" } },
                unchanged: { cellValuesByFieldId: { [String(fields["Age"])]: 1 } },
              },
            },
          },
        },
      },
    ]);
  });

  it("end with an error when what they watch is removed", async () => {
    const hook = await hooks.create({ watchDataInFieldIds: [sample.fields["Status"]] });
    sample.standIn.removeField(sample.tableId, "Status");
    sample.standIn.addRecord(sample.tableId, {});
    expect((await hooks.news(hook)).payloads).toEqual([
      { timestamp: "2026-01-01T00:00:00.000Z", payloadFormat: "v0", error: true, code: "INVALID_HOOK" },
    ]);
    expect(await hooks.stateOf(hook)).toMatchObject({ isHookEnabled: false });
  });
});
