import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { describe, expect, it } from "vitest";
import type { AirtableHook } from "#connectors/airtable/connections/connection.js";
import { openAirtableLab, type AirtableLab } from "#connectors/airtable/testing/airtable-lab.js";
import { shareTestService } from "#server/testing/open-test-service.js";
import { keepHook } from "./keep-hook.js";

const shared = shareTestService();
const nearUrl = "http://127.0.0.1:8080";

async function openNear(wish: Parameters<typeof openAirtableLab>[1] = {}): Promise<AirtableLab> {
  const lab = await openAirtableLab(shared(), wish);
  lab.airtable.deliverNotifications(false);
  return lab;
}

async function keep(lab: AirtableLab, parts: Partial<AirtableLab["options"]> = {}): Promise<AirtableHook | undefined> {
  return (await keepHook(await lab.work(), { ...near(lab), ...parts })).hook;
}

const near = ({ options }: AirtableLab) => ({ ...options, isAirtableNear: true, publicUrl: () => nearUrl });

async function noted({ options, connection }: AirtableLab): Promise<AirtableHook | undefined> {
  return (await options.connections.get(connection.id))?.hook;
}

function asked({ airtable }: AirtableLab): readonly string[] {
  return airtable.requests
    .filter(({ path }) => path.includes("/webhooks"))
    .map(({ method, path }) => `${method} ${path.split("/webhooks")[1]!.replace(/ach\w+/, "ID")}`);
}

describe("the webhook of a connected table", () => {
  it("is made once, for the columns that say what is asked for, and noted with its secret", async () => {
    const lab = await openNear();
    const hook = await keep(lab);
    const { source, face, status } = lab.connection.columns;
    expect(hook).toMatchObject({
      notificationUrl: `${nearUrl}/hooks/airtable/${lab.connection.id}`,
      fieldIds: [source.id, face.id, status.id],
      cursor: 1,
    });
    expect(hook!.macSecretBase64).not.toBe("");
    expect(await noted(lab)).toEqual(hook);
    expect(await keep(lab)).toEqual(hook);
    expect(asked(lab)).toEqual(["GET ", "POST ", "GET "]);
  });

  it("is not made where Airtable cannot reach us", async () => {
    const lab = await openNear();
    const everywhere = parseAddressPolicy([]);
    expect(await keep(lab, { isAirtableNear: false })).toBeUndefined();
    expect(await keep(lab, { policy: everywhere })).toBeUndefined();
    expect(await keep(lab, { policy: everywhere, publicUrl: () => "https://10.0.0.1" })).toBeUndefined();
    expect(await keep(lab, { publicUrl: () => "http://93.184.215.14" })).toBeUndefined();
    expect(asked(lab)).toEqual([]);
  });

  it("is made for an https address of the internet", async () => {
    const lab = await openNear();
    const hook = await keep(lab, { isAirtableNear: false, publicUrl: () => "https://93.184.215.14" });
    expect(hook).toMatchObject({ notificationUrl: `https://93.184.215.14/hooks/airtable/${lab.connection.id}` });
  });

  it("is not there, and no problem, when the token may not have one", async () => {
    const lab = await openNear({ scopes: ["data.records:read", "data.records:write", "schema.bases:read"] });
    expect(await keepHook(await lab.work(), near(lab))).toEqual({});
    expect(shared().lines.at(-1)).toMatchObject({ level: "info", connectionId: lab.connection.id });
  });

  it("is not there, and said to be missing, when the base has as many as it may", async () => {
    const lab = await openNear();
    const { client, connection } = await lab.work();
    const { baseId, tableId } = connection;
    const others = { notificationUrl: "https://elsewhere.example/", tableId, fieldIds: [] };
    for (let number = 0; number < 10; number += 1) await client.createHook(baseId, others);
    const kept = await keepHook(await lab.work(), near(lab));
    expect(kept).toMatchObject({ problem: { code: "airtable-table", message: expect.stringContaining("TOO_MANY") } });
    expect([kept.hook, await noted(lab)]).toEqual([undefined, undefined]);
    expect(await client.hooksFor(baseId, others.notificationUrl)).toHaveLength(10);
  });

  it("takes the place of one that was made right before a crash, and of no other", async () => {
    const lab = await openNear();
    const { client, connection } = await lab.work();
    const { baseId, tableId, columns } = connection;
    const fieldIds = [columns.source.id];
    const lost = { notificationUrl: `${nearUrl}/hooks/airtable/${connection.id}`, tableId, fieldIds };
    const others = { ...lost, notificationUrl: `${nearUrl}/hooks/airtable/airtable_other` };
    for (const hook of [lost, lost, others]) await client.createHook(baseId, hook);
    const hook = (await keep(lab))!;
    expect(await client.hooksFor(baseId, lost.notificationUrl)).toEqual([hook.id]);
    expect(await client.hooksFor(baseId, others.notificationUrl)).toHaveLength(1);
  });

  it("is made anew once for each process that takes a turn under an address of its own, and never besides", async () => {
    const lab = await openNear();
    const made: string[] = [];
    for (const port of [8080, 8080, 8081, 8081, 8080, 8080]) {
      made.push((await keep(lab, { publicUrl: () => `http://127.0.0.1:${port}` }))!.id);
    }
    const [one, , other, , again] = made;
    expect(made).toEqual([one, one, other, other, again, again]);
    expect(asked(lab).filter((request) => request === "POST ")).toHaveLength(3);
  });

  it("is forgotten when the token may not have it any more", async () => {
    const lab = await openNear();
    await keep(lab);
    lab.airtable.failNext({ kind: "status", status: 403, body: { error: { type: "INVALID_PERMISSIONS" } } });
    expect([await keep(lab), await noted(lab)]).toEqual([undefined, undefined]);
  });

  it("is let live after a day", async () => {
    const lab = await openNear();
    const { refreshedAt } = (await keep(lab))!;
    const later = new Date(refreshedAt.getTime() + 86_400_000);
    expect(await keep(lab, { now: () => later })).toMatchObject({ refreshedAt: later });
    expect((await noted(lab))?.refreshedAt).toEqual(later);
    expect(asked(lab)).toEqual(["GET ", "POST ", "GET ", "POST /ID/refresh"]);
  });

  it("is made anew when Airtable does not know it, for another address and for other columns", async () => {
    const lab = await openNear();
    const first = (await keep(lab))!;
    const { client, connection } = await lab.work();
    await client.removeHook(connection.baseId, first.id);
    const second = (await keep(lab))!;
    const third = (await keep(lab, { publicUrl: () => "http://127.0.0.1:8081" }))!;
    const { columns, tableName } = connection;
    const moved = { ...columns, source: { ...columns.source, id: columns.error!.id } };
    await lab.options.connections.noteColumns(connection.id, { tableName, columns: moved }, columns);
    const fourth = (await keep(lab, { publicUrl: () => "http://127.0.0.1:8081" }))!;
    expect(new Set([first, second, third, fourth].map(({ id }) => id)).size).toBe(4);
    expect(await noted(lab)).toEqual(fourth);
    expect(await client.hookState(connection.baseId, third.id)).toBeUndefined();
  });

  it("is told to notify again when Airtable gave that up", async () => {
    const lab = await openNear();
    const { id } = (await keep(lab))!;
    const work = await lab.work();
    const enabled: string[] = [];
    const client = {
      ...work.client,
      hookState: async () => ({ isNotifying: false }),
      enableNotifications: async (_baseId: string, hookId: string) => void enabled.push(hookId),
    };
    const { hook: kept } = await keepHook({ ...work, client }, near(lab));
    expect([enabled, kept?.id]).toEqual([[id], id]);
  });

  it("is left as it is while Airtable does not answer", async () => {
    const lab = await openNear();
    const hook = await keep(lab);
    lab.airtable.failNext({ kind: "status", status: 503 });
    await expect(keep(lab)).rejects.toMatchObject({ kind: "unavailable" });
    expect(await noted(lab)).toEqual(hook);
  });
});
