import { describe, expect, it } from "vitest";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { shareTestService } from "#server/testing/open-test-service.js";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import { pollTable } from "./take-in.js";
import { openAirtableLab, type AirtableLab } from "#connectors/airtable/testing/airtable-lab.js";
import { writeBack } from "./write-back.js";

const shared = shareTestService();

/** A lab with rows that were taken in, and are due to be told. */
async function openTaken(count: number, wish: Parameters<typeof openAirtableLab>[1] = {}) {
  const lab = await openAirtableLab(shared(), wish);
  const rows = lab.addRows(count);
  await pollTable(await lab.work(), lab.options);
  return { lab, rows };
}

async function write(lab: AirtableLab): Promise<void> {
  await writeBack(await lab.options.book.due(lab.connection.id, 10), await lab.work(), lab.options);
}

function statuses({ airtable, connection }: AirtableLab): readonly unknown[] {
  return airtable.records(connection.tableId).map(({ fields }) => fields[briefColumns.status]);
}

function updates({ airtable }: AirtableLab): readonly (number | undefined)[] {
  return airtable.requests.filter(({ method }) => method === "PATCH").map(({ records }) => records);
}

async function dueCount({ options, connection }: AirtableLab): Promise<number> {
  return (await options.book.due(connection.id, 100)).length;
}

const { pending, processing, complete, failed } = briefStatuses;

describe("what became of rows", () => {
  it("is written into ten rows by one request", async () => {
    const { lab } = await openTaken(10);
    await write(lab);
    expect(statuses(lab)).toEqual(Array.from({ length: 10 }, () => processing));
    expect([updates(lab), await dueCount(lab)]).toEqual([[10], 0]);
  });

  it("is the link, the seconds and the cost of a finished one, and the reason of a failed one", async () => {
    const { lab, rows } = await openTaken(2);
    const [made, stopped] = await Promise.all([lab.renderOf(rows[0]!), lab.renderOf(rows[1]!)]);
    await lab.finish(made);
    await lab.options.cancel(lab.connection.ownerId, stopped.id);
    await write(lab);
    expect(statuses(lab)).toEqual([complete, failed]);
    expect(lab.cell(rows[0]!, "output")).toBe(`http://service.test/r/${made.id}/video.mp4`);
    expect(lab.cell(rows[0]!, "cost")).toBe(0.01);
    expect(lab.cell(rows[1]!, "error")).toMatch(/^cancelled: /);
  });

  it("is not sent when the rows say so already", async () => {
    const { lab, rows } = await openTaken(1);
    await write(lab);
    const { id } = await lab.renderOf(rows[0]!);
    await shared().service.renders.begin(id, 1, "runner_test", 1);
    expect(await dueCount(lab)).toBe(1);
    await write(lab);
    expect([updates(lab), await dueCount(lab)]).toEqual([[1], 0]);
  });

  it("is written again when the answer was lost", async () => {
    const { lab } = await openTaken(2);
    lab.airtable.failNext({ kind: "lost-answer" });
    await expect(write(lab)).rejects.toMatchObject({ kind: "unavailable" });
    expect(await dueCount(lab)).toBe(2);
    await write(lab);
    expect([statuses(lab), await dueCount(lab)]).toEqual([[processing, processing], 0]);
  });

  it("reaches the others when rows were removed, whose renders are stopped", async () => {
    const { lab, rows } = await openTaken(7);
    for (const at of [2, 5]) lab.airtable.deleteRecord(lab.connection.tableId, rows[at]!);
    await write(lab);
    expect(statuses(lab)).toEqual(Array.from({ length: 5 }, () => processing));
    expect(await dueCount(lab)).toBe(0);
    expect(await lab.renderOf(rows[2]!)).toMatchObject({ state: "cancelled" });
    expect(await lab.renderOf(rows[3]!)).toMatchObject({ state: "queued" });
  });

  it("reaches the others when a row takes nothing, which is tried again later", async () => {
    const { lab, rows } = await openTaken(5);
    const work = await lab.work();
    const stubborn = rows[3]!;
    const client = {
      ...work.client,
      async updateRecords(...asked: Parameters<typeof work.client.updateRecords>) {
        if (asked[2].some(({ id }) => id === stubborn))
          throw new AirtableFailure("refused", "INVALID_VALUE_FOR_COLUMN", 422);
        return work.client.updateRecords(...asked);
      },
    };
    await writeBack(await lab.options.book.due(lab.connection.id, 10), { ...work, client }, lab.options);
    expect(statuses(lab)).toEqual([processing, processing, processing, pending, processing]);
    expect(await dueCount(lab)).toBe(0);
    const again = await lab.options.book.nextDueAt(lab.connection.id);
    expect(again!.getTime()).toBeGreaterThan(shared().clock.now.getTime());
    expect(shared().lines.at(-1)).toMatchObject({ airtable: "INVALID_VALUE_FOR_COLUMN" });
  });

  it("waits, and names the column, when one is gone or of another type", async () => {
    const { lab } = await openTaken(3);
    lab.airtable.removeField(lab.connection.tableId, briefColumns.cost);
    lab.airtable.changeFieldType(lab.connection.tableId, briefColumns.seconds, "checkbox", {
      icon: "check",
      color: "greenBright",
    });
    await expect(write(lab)).rejects.toMatchObject({
      code: "airtable-table",
      message: expect.stringMatching(/"Render_Seconds" \(seconds\) is checkbox/),
    });
    await expect(write(lab)).rejects.toMatchObject({
      message: expect.stringContaining('"Cost_USD" (cost) is missing'),
    });
    expect(await dueCount(lab)).toBe(3);
  });

  it("waits, and names the column, when its choices cannot be added", async () => {
    const { lab } = await openTaken(1, { role: "editor" });
    const { tableId } = lab.connection;
    lab.airtable.changeFieldType(tableId, briefColumns.status, "singleSelect", { choices: [{ name: pending }] });
    await expect(write(lab)).rejects.toMatchObject({
      code: "airtable-table",
      message: expect.stringContaining(`"${briefColumns.status}" lacks a choice`),
      hint: expect.stringContaining(failed),
    });
  });
});
