import { describe, expect, it } from "vitest";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import { openAirtableLab, type AirtableLab } from "#connectors/airtable/testing/airtable-lab.js";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { shareTestService } from "#server/testing/open-test-service.js";
import { pollTable } from "./take-in.js";
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
    const { pool } = shared().service.database;
    await pool.query("update understudy.airtable_row set change = change + 1 where record_id = $1", [rows[0]]);
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

  it("leaves out columns that are not needed, and are gone or of another type", async () => {
    const { lab, rows } = await openTaken(3);
    const { tableId } = lab.connection;
    await lab.finish(await lab.renderOf(rows[0]!));
    lab.airtable.removeField(tableId, briefColumns.cost);
    lab.airtable.changeFieldType(tableId, briefColumns.seconds, "checkbox", { icon: "check", color: "greenBright" });
    await write(lab);
    expect(statuses(lab)).toEqual([complete, processing, processing]);
    expect(await dueCount(lab)).toBe(0);
    const { columns } = (await lab.work()).connection;
    expect(Object.keys(columns).toSorted()).toEqual(["error", "face", "output", "source", "status", "thumbnail"]);
    const told = shared().lines.filter(({ connectionId }) => connectionId === lab.connection.id);
    expect(told).toMatchObject([{ level: "warn", columns: ["cost", "seconds"] }]);
  });

  it("waits, and names the column, when one is gone or of another type that is needed", async () => {
    const { lab } = await openTaken(3);
    const { tableId } = lab.connection;
    lab.airtable.removeField(tableId, briefColumns.cost);
    lab.airtable.changeFieldType(tableId, briefColumns.output, "number", { precision: 0 });
    const waits = { code: "airtable-table", message: expect.stringMatching(/"Output_Video_URL" \(output\) is number/) };
    await expect(write(lab)).rejects.toMatchObject(waits);
    lab.airtable.removeField(tableId, briefColumns.output);
    const gone = { message: expect.stringMatching(/"Output_Video_URL" \(output\) is missing\.$/) };
    await expect(write(lab)).rejects.toMatchObject(gone);
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

describe("a row that is about to be told its end", () => {
  const other = { [briefColumns.face]: "https://photos.example/sam.jpg" };
  const again = { [briefColumns.status]: pending };

  /** Rows that say that they are in work, the first two of which have been rendered. */
  async function openRendered(count: number) {
    const { lab, rows } = await openTaken(count);
    await write(lab);
    for (const recordId of rows.slice(0, 2)) await lab.finish(await lab.renderOf(recordId));
    const edit = (at: number, cells: Record<string, unknown>) =>
      lab.airtable.editRecord(lab.connection.tableId, rows[at]!, cells);
    const asked = () => lab.airtable.requests.slice(since).map(({ method }) => method);
    const since = lab.airtable.requests.length;
    return { lab, rows, edit, asked };
  }

  it("is read once more, with all others of the batch by one request", async () => {
    const { lab, asked } = await openRendered(2);
    await write(lab);
    expect(asked()).toEqual(["POST", "PATCH"]);
    expect([lab.cell(lab.airtable.records(lab.connection.tableId)[0]!.id, "error"), await dueCount(lab)]).toEqual([
      undefined,
      0,
    ]);
  });

  it("says that it was changed meanwhile, although nobody told us", async () => {
    const { lab, rows, edit } = await openRendered(2);
    edit(0, other);
    await write(lab);
    expect(statuses(lab)).toEqual([complete, complete]);
    expect(lab.cell(rows[0]!, "error")).toMatch(/^The row was changed after the render began/);
    expect(lab.cell(rows[1]!, "error")).toBeUndefined();
  });

  it("is rendered as it is by now, when it says Pending with other inputs", async () => {
    const { lab, rows, edit } = await openRendered(2);
    edit(0, { ...other, ...again });
    await write(lab);
    expect(statuses(lab)).toEqual([pending, complete]);
    const states = (await lab.renders())
      .filter(({ order }) => order.metadata["airtable_record"] === rows[0])
      .map(({ state }) => state);
    expect(states.toSorted()).toEqual(["finished", "queued"]);
    await write(lab);
    expect(statuses(lab)).toEqual([processing, complete]);
  });

  it("is told it when it says Pending with the inputs that were rendered", async () => {
    const { lab, edit } = await openRendered(2);
    edit(0, again);
    await write(lab);
    expect([statuses(lab), await dueCount(lab)]).toEqual([[complete, complete], 0]);
    expect(await lab.renders()).toHaveLength(2);
  });

  it("is forgotten when it was removed, without a refusal of the others", async () => {
    const { lab, rows, asked } = await openRendered(2);
    lab.airtable.deleteRecord(lab.connection.tableId, rows[0]!);
    await write(lab);
    expect([statuses(lab), asked(), await dueCount(lab)]).toEqual([[complete], ["POST", "PATCH"], 0]);
  });

  it("waits when it cannot be claimed, and keeps no other from its end", async () => {
    const { lab, edit } = await openRendered(2);
    edit(0, { ...other, ...again });
    const claim = () => Promise.reject(new Error("no"));
    const due = await lab.options.book.due(lab.connection.id, 10);
    await writeBack(due, await lab.work(), { ...lab.options, claim });
    expect([statuses(lab), await dueCount(lab)]).toEqual([[pending, complete], 0]);
    expect(await lab.options.book.nextDueAt(lab.connection.id)).toBeDefined();
  });
});
