import { describe, expect, it, onTestFinished } from "vitest";
import { openAirtableLab, type AirtableLab } from "#connectors/airtable/testing/airtable-lab.js";
import { briefStatuses } from "#connectors/brief-spellings.js";
import type { ServiceRender } from "#renders/service-render.js";
import { shareTestService } from "#server/testing/open-test-service.js";
import { startAirtable } from "./start-airtable.js";

const shared = shareTestService();

/** One process's work on Airtable. */
async function start(lab: AirtableLab) {
  const { service } = shared();
  const handed: ServiceRender[] = [];
  const { connections, book } = lab.options;
  const started = await startAirtable({
    ...service,
    env: lab.env,
    connections,
    book,
    handOver: async (render) => void handed.push(render),
  });
  onTestFinished(() => started.close());
  return { ...started, handed };
}

function statusesOf(lab: AirtableLab, rows: readonly string[]): () => readonly unknown[] {
  return () => [...new Set(rows.map((row) => lab.cell(row, "status")))];
}

const patience = { timeout: 10_000 };

describe("the work on connected tables", () => {
  it("renders each row once although two processes do it, and the other one goes on when one ends", async () => {
    const lab = await openAirtableLab(shared());
    const rows = lab.addRows(10);
    const processes = [await start(lab), await start(lab)];
    await expect.poll(statusesOf(lab, rows), patience).toEqual([briefStatuses.processing]);
    const renders = await lab.renders();
    expect(renders).toHaveLength(10);
    const [idle, busy] = processes.toSorted((one, other) => one.handed.length - other.handed.length);
    expect([idle!.handed.length, busy!.handed.length]).toEqual([0, 10]);
    await busy!.close();
    for (const render of renders) await lab.finish(render);
    await expect.poll(statusesOf(lab, rows), patience).toEqual([briefStatuses.complete]);
    expect(await lab.renders()).toHaveLength(10);
  });

  it("settles when rows were told of renders that have just ended, and not before", async () => {
    const lab = await openAirtableLab(shared());
    const rows = lab.addRows(3);
    const { settle } = await start(lab);
    await expect.poll(statusesOf(lab, rows), patience).toEqual([briefStatuses.processing]);
    for (const render of await lab.renders()) await lab.finish(render);
    await settle(10_000);
    expect(statusesOf(lab, rows)()).toEqual([briefStatuses.complete]);
  });

  it("begins with tables that are connected later", async () => {
    const lab = await openAirtableLab(shared());
    const { connections } = lab.options;
    await connections.remove(lab.connection.id);
    await start(lab);
    lab.addRows(1);
    await connections.keep(lab.connection);
    await expect.poll(async () => (await lab.renders()).length, patience).toBe(1);
  });
});
