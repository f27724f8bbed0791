import { describe, expect, it } from "vitest";
import type { AirtableClient } from "#connectors/airtable/client/airtable-client.js";
import { openAirtableLab, type AirtableLab } from "#connectors/airtable/testing/airtable-lab.js";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { shareTestService } from "#server/testing/open-test-service.js";
import type { ConnectionWork } from "./connection-work.js";
import { pollTable, takeNews } from "./take-in.js";

const shared = shareTestService();

/** A lab whose table tells of changes, with its work. */
async function openTold(): Promise<AirtableLab> {
  const lab = await openAirtableLab(shared());
  const { client, connection } = await lab.work();
  const { baseId, tableId, columns } = connection;
  const [notificationUrl, fieldIds] = ["http://127.0.0.1:9/", [columns.source.id, columns.face.id, columns.status.id]];
  lab.airtable.deliverNotifications(false);
  const made = await client.createHook(baseId, { notificationUrl, tableId, fieldIds });
  const hook = { ...made, cursor: 1, notificationUrl, fieldIds, refreshedAt: new Date(0) };
  await lab.options.connections.noteHook(connection.id, hook);
  return lab;
}

function withClient(work: ConnectionWork, parts: Partial<AirtableClient>): ConnectionWork {
  return { ...work, client: { ...work.client, ...parts } };
}

/** Notes which rows are claimed, and claims none. */
function noteClaims({ options }: AirtableLab) {
  const claimed: string[] = [];
  const claim: AirtableLab["options"]["claim"] = async (_work, seen) => void claimed.push(seen.recordId);
  return { claimed, options: { ...options, claim } };
}

async function cursorOf({ options, connection }: AirtableLab): Promise<number | undefined> {
  return (await options.connections.get(connection.id))?.hook?.cursor;
}

describe("a poll", () => {
  it("takes in the rows that say Pending, page by page, and each once", async () => {
    const lab = await openAirtableLab(shared());
    const pending = lab.addRows(120);
    const [other] = lab.addRows(1);
    lab.airtable.editRecord(lab.connection.tableId, other!, { [briefColumns.status]: briefStatuses.complete });
    const { claimed, options } = noteClaims(lab);
    await pollTable(await lab.work(), options);
    expect(claimed.toSorted()).toEqual(pending.toSorted());
  });

  it("takes a Pending that somebody typed as they type", async () => {
    const lab = await openAirtableLab(shared());
    const { tableId } = lab.connection;
    lab.airtable.changeFieldType(tableId, briefColumns.status, "singleLineText");
    const [one, two, other] = lab.addRows(3);
    const typed = [" pending", "PENDING ", "pending?"];
    for (const [at, id] of [one, two, other].entries()) {
      lab.airtable.editRecord(tableId, id!, { [briefColumns.status]: typed[at] });
    }
    const { claimed, options } = noteClaims(lab);
    await pollTable(await lab.work(), options);
    expect(claimed.toSorted()).toEqual([one, two].toSorted());
  });

  it("makes one render of a row that it sees twice", async () => {
    const lab = await openAirtableLab(shared());
    lab.addRows(3);
    await pollTable(await lab.work(), lab.options);
    await pollTable(await lab.work(), lab.options);
    expect(await lab.renders()).toHaveLength(3);
  });

  it("does not mind what the columns are called", async () => {
    const lab = await openAirtableLab(shared());
    const { tableId } = lab.connection;
    lab.addRows(1);
    lab.airtable.renameField(tableId, briefColumns.status, "מצב } 'ok'");
    lab.airtable.renameField(tableId, briefColumns.source, "🎬");
    await pollTable(await lab.work(), lab.options);
    expect(await lab.renders()).toHaveLength(1);
  });

  it("begins anew when Airtable has forgotten its list in the middle", async () => {
    const lab = await openAirtableLab(shared());
    const pending = lab.addRows(101);
    const { claimed, options } = noteClaims(lab);
    const work = await lab.work();
    let pages = 0;
    const forgetful = withClient(work, {
      async listRecords(...asked) {
        const page = await work.client.listRecords(...asked);
        if ((pages += 1) === 1) lab.airtable.forgetPages();
        return page;
      },
    });
    await pollTable(forgetful, options);
    expect(pages).toBe(3);
    expect(new Set(claimed)).toEqual(new Set(pending));
  });

  it("gives up when Airtable forgets every list", async () => {
    const lab = await openAirtableLab(shared());
    lab.addRows(101);
    const work = await lab.work();
    const forgetful = withClient(work, {
      async listRecords(...asked) {
        const page = await work.client.listRecords(...asked);
        lab.airtable.forgetPages();
        return page;
      },
    });
    await expect(pollTable(forgetful, noteClaims(lab).options)).rejects.toMatchObject({
      type: "LIST_RECORDS_ITERATOR_NOT_AVAILABLE",
    });
  });

  it("claims the others when one row cannot be claimed, and says so", async () => {
    const lab = await openAirtableLab(shared());
    const [bad] = lab.addRows(3);
    const claim: AirtableLab["options"]["claim"] = async (work, seen) => {
      if (seen.recordId === bad) throw new Error("no");
      await lab.options.claim(work, seen);
    };
    await expect(pollTable(await lab.work(), { ...lab.options, claim })).rejects.toThrow("no");
    expect(await lab.renders()).toHaveLength(2);
  });
});

describe("a webhook's news", () => {
  it("is read from the cursor on, and rows that say Pending are taken in", async () => {
    const lab = await openTold();
    const [first] = lab.addRows(2);
    expect(await takeNews(await lab.work(), lab.options)).toBe(true);
    expect(await lab.renders()).toHaveLength(2);
    const cursor = await cursorOf(lab);
    expect(cursor).toBeGreaterThan(1);
    await takeNews(await lab.work(), lab.options);
    expect(await cursorOf(lab)).toBe(cursor);
    expect(await lab.renderOf(first!)).toMatchObject({ state: "queued" });
  });

  it("is read in all its pages", async () => {
    const lab = await openTold();
    for (let page = 0; page < 60; page += 1) lab.addRows(1);
    const { claimed, options } = noteClaims(lab);
    await takeNews(await lab.work(), options);
    expect(claimed).toHaveLength(60);
    expect(await cursorOf(lab)).toBe(61);
  });

  it("of a row that was removed stops its render", async () => {
    const lab = await openTold();
    const [removed, kept] = lab.addRows(2);
    await takeNews(await lab.work(), lab.options);
    lab.airtable.deleteRecord(lab.connection.tableId, removed!);
    await takeNews(await lab.work(), lab.options);
    expect(await lab.renderOf(removed!)).toMatchObject({ state: "cancelled" });
    expect(await lab.renderOf(kept!)).toMatchObject({ state: "queued" });
  });

  it("is read again when the rows could not be claimed", async () => {
    const lab = await openTold();
    lab.addRows(1);
    const claim = () => Promise.reject(new Error("no"));
    await expect(takeNews(await lab.work(), { ...lab.options, claim })).rejects.toThrow("no");
    expect(await cursorOf(lab)).toBe(1);
    await takeNews(await lab.work(), lab.options);
    expect(await lab.renders()).toHaveLength(1);
  });

  it("that tells of a changed column may not be all", async () => {
    const lab = await openTold();
    lab.airtable.renameField(lab.connection.tableId, briefColumns.source, "Video");
    expect(await takeNews(await lab.work(), lab.options)).toBe(false);
  });

  it("of a webhook that Airtable does not know ends with the webhook", async () => {
    const lab = await openTold();
    const { client, connection } = await lab.work();
    await client.removeHook(connection.baseId, connection.hook!.id);
    expect(await takeNews(await lab.work(), lab.options)).toBe(false);
    expect(await cursorOf(lab)).toBeUndefined();
  });

  it("stays unread while Airtable does not answer", async () => {
    const lab = await openTold();
    lab.addRows(1);
    lab.airtable.failNext({ kind: "status", status: 503 });
    await expect(takeNews(await lab.work(), lab.options)).rejects.toMatchObject({ kind: "unavailable" });
    expect(await cursorOf(lab)).toBe(1);
  });
});
