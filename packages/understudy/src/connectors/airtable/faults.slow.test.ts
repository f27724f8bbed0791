import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import type { ServeProcess } from "#testing/service-lab/serve-process.js";
import { openAirtableStory, type AirtableStory } from "./testing/airtable-story.js";
import { allScopes } from "./testkit/sample.js";

const { output, error, seconds, status } = briefColumns;
const { pending, processing, complete } = briefStatuses;
const patience = { timeout: 60_000, interval: 50 };

/** Less than a row waits for its render when others are before it. */
const attachmentUrlMs = 2_000;

/** The one that takes the place of a revoked one. */
const AIRTABLE_TOKEN = "patANOTHER0000000.0123456789abcdef";

/** One story: each part begins where the one before ended, with a row or more of its own. */
describe("one server, and everything that goes wrong around it", () => {
  let lab: AirtableStory;
  let server: ServeProcess;
  /** How many renders each row may have. */
  const asked = new Map<string, number>();

  const cells = (recordId: string) => lab.cells(recordId);
  const add = (count: number): readonly string[] => {
    const rows = Array.from({ length: count }, () => lab.addRow());
    lab.setPending(rows);
    for (const row of rows) asked.set(row, 1);
    return rows;
  };
  const saying = (rows: readonly string[], text: string) => rows.filter((row) => cells(row)[status] === text).length;
  const expectAll = (rows: readonly string[], text: string) =>
    vi.waitFor(() => expect(rows.map((row) => cells(row)[status])).toEqual(rows.map(() => text)), patience);
  /** Adds rows whose renders have come as far as the video, which does not come before it is released. */
  const addHeld = async (count: number) => {
    const before = lab.files.asked.length;
    const release = lab.files.hold();
    const rows = add(count);
    await expectAll(rows, processing);
    await vi.waitFor(() => expect(lab.files.asked.length).toBe(before + count), patience);
    return { rows, row: rows[0]!, release };
  };
  const expectRender = (row: string, state: string) =>
    vi.waitFor(async () => expect((await lab.rendersOf(row)).map((render) => render.state)).toContain(state), patience);
  const expectDelivered = async (row: string) => {
    const { [output]: link } = cells(row);
    const video = await fetch(String(link));
    expect([video.status, video.headers.get("content-type")]).toEqual([200, "video/mp4"]);
    await video.body?.cancel();
  };
  const problemCode = async (): Promise<string | undefined> => {
    const { problem } = (await lab.connections())[0]!;
    return problem?.code;
  };

  beforeAll(async () => {
    // Nothing may depend on Airtable's clock being ours.
    const standIn = { now: () => Date.now() + 2 * 3_600_000, attachmentUrlMs };
    lab = await openAirtableStory({ clipSeconds: 1, standIn, environment: { UNDERSTUDY_JOBS_CONCURRENCY: "2" } });
    server = await lab.start("first");
    await lab.connect();
  });
  afterAll(() => lab?.close());

  it("a storm of 429, a lost answer, and attachments whose addresses expired: each row is told all the same", async () => {
    lab.airtable.failNext({ kind: "lost-answer" }, { match: (method) => method === "PATCH" });
    const release = lab.files.hold();
    const rows = add(5);
    await expectAll(rows, processing);
    // Of those that wait for their turn.
    await vi.waitFor(async () => {
      const waiting = (await lab.renders()).filter(({ state }) => state === "queued");
      const waitedMs = waiting.map(({ createdAt }) => Date.now() - Date.parse(createdAt));
      expect(Math.min(...waitedMs)).toBeGreaterThan(attachmentUrlMs);
    }, patience);
    release();
    await vi.waitFor(() => expect(saying(rows, complete)).toBeGreaterThan(0), patience);
    lab.airtable.storm(lab.baseId, 5_000);
    await expectAll(rows, complete);
    const refused = lab.airtable.requests.filter((request) => request.status === 429);
    // One was sent, or two were under way, and none in the half minute behind it.
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(2);
    await expectDelivered(rows.at(-1)!);
  });

  it("notifications that were lost are caught up with by the next one", async () => {
    lab.airtable.deliverNotifications(false);
    const lost = add(1);
    lab.airtable.deliverNotifications(true);
    const heard = add(1);
    await expectAll([...lost, ...heard], complete);
  });

  it("a row that is changed while it renders says so, although nobody tells us of the change", async () => {
    const { row, release } = await addHeld(1);
    lab.airtable.deliverNotifications(false);
    lab.changePhoto(row);
    release();
    await expectAll([row], complete);
    lab.airtable.deliverNotifications(true);
    expect(cells(row)[error]).toMatch(/^The row was changed after the render began/);
  });

  it("a row that is set to Pending with another photo while it renders is rendered as it is then", async () => {
    const { row, release } = await addHeld(1);
    lab.changePhoto(row);
    lab.setPending([row]);
    asked.set(row, 2);
    await expectRender(row, "cancelled");
    release();
    await expectAll([row], complete);
    expect((await lab.rendersOf(row)).map(({ state }) => state)).toEqual(["finished", "cancelled"]);
    expect(cells(row)[error]).toBeUndefined();
    await expectDelivered(row);
  });

  it("a row that is removed while it renders stops its render", async () => {
    const { row, release } = await addHeld(1);
    lab.airtable.deleteRecord(lab.tableId, row);
    await expectRender(row, "cancelled");
    release();
  });

  it("a column that is not needed may go", async () => {
    lab.airtable.removeField(lab.tableId, seconds);
    const [row] = add(1) as [string];
    await expectAll([row], complete);
    expect(await problemCode()).toBeUndefined();
    expect(Object.keys((await lab.connections())[0]!.columns)).not.toContain("seconds");
  });

  it("a column that is needed keeps its rows waiting, until the table is connected again", async () => {
    const { row, release } = await addHeld(1);
    lab.airtable.removeField(lab.tableId, output);
    release();
    await expectRender(row, "finished");
    await vi.waitFor(async () => expect(await problemCode()).toBe("airtable-table"), patience);
    expect(cells(row)[status]).toBe(processing);
    await lab.connect();
    await expectAll([row], complete);
    await expectDelivered(row);
  });

  it("a token that is revoked while rows render stops no render, and another one has them told", async () => {
    const { rows, release } = await addHeld(2);
    lab.airtable.revokeToken(lab.token);
    release();
    for (const row of rows) await expectRender(row, "finished");
    await vi.waitFor(async () => expect(await problemCode()).toBe("airtable-token"), patience);
    expect([server.isRunning(), saying(rows, processing)]).toEqual([true, 2]);
    await server.stop();
    lab.airtable.addToken({ token: AIRTABLE_TOKEN, scopes: allScopes });
    server = await lab.start("second", { AIRTABLE_TOKEN });
    await expectAll(rows, complete);
    expect(await problemCode()).toBeUndefined();
  });

  it("a server that is killed in the middle goes on when it is started again", async () => {
    const rows = add(3);
    await vi.waitFor(() => expect(saying(rows, complete)).toBeGreaterThan(0), patience);
    await server.kill();
    const late = add(1);
    server = await lab.start("third", { AIRTABLE_TOKEN }, new URL(server.url).port);
    await expectAll([...rows, ...late], complete);
    for (const row of rows) await expectDelivered(row);
  });

  it("each asking was rendered once", async () => {
    const counts = new Map([...asked.keys()].map((row) => [row, 0]));
    for (const { metadata } of await lab.renders()) {
      const row = metadata["airtable_record"]!;
      counts.set(row, counts.get(row)! + 1);
    }
    expect(counts).toEqual(asked);
    const waiting = lab.airtable.records(lab.tableId).filter(({ fields }) => fields[status] === pending);
    expect(waiting).toEqual([]);
  });
});
