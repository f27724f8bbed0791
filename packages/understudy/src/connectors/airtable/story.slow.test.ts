import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import type { RenderAnswer } from "#testing/service-lab/api-client.js";
import { drawPair } from "#testing/service-lab/draw-pair.js";
import { openFileServer, type FileServer } from "#testing/service-lab/file-server.js";
import { runCommand } from "#testing/service-lab/run-command.js";
import type { ServeProcess } from "#testing/service-lab/serve-process.js";
import { openStory, type Story } from "#testing/service-lab/story.js";
import { plainPng } from "./testing/plain-png.js";
import { openAirtableStandIn, type AirtableStandIn } from "./testkit/stand-in.js";

const { source, face, status, output, error, thumbnail, seconds } = briefColumns;
const rowCount = 50;
const patience = { timeout: 400_000, interval: 100 };

/** One of ten rows is not as it should be, each in its own way. */
type Flaw = "no face" | "no video there" | "private address" | "no address" | "video as attachment";
const flaws = new Map<number, Flaw>([
  [4, "no face"],
  [14, "no video there"],
  [24, "private address"],
  [34, "no address"],
  [44, "video as attachment"],
]);
const codes: Readonly<Record<Flaw, RegExp | undefined>> = {
  "no face": /^no-face-in-photo: /,
  "no video there": /^download-failed: /,
  "private address": /^download-refused: /,
  "no address": /^bad-row: /,
  "video as attachment": undefined,
};

/** One story: each part begins where the one before ended. */
describe("fifty rows set to Pending at once, two servers, one of them killed in the middle", () => {
  let [story, airtable, files]: [Story, AirtableStandIn, FileServer] = [undefined!, undefined!, undefined!];
  let servers: ServeProcess[];
  let [baseId, tableId]: [string, string] = ["", ""];
  let rows: readonly string[];

  const cells = (recordId: string) => airtable.record(tableId, recordId)!.fields;
  const statusOf = (recordId: string) => cells(recordId)[status];
  const hasEnded = (recordId: string) =>
    ([briefStatuses.complete, briefStatuses.failed] as unknown[]).includes(statusOf(recordId));
  const endedCount = () => rows.filter(hasEnded).length;
  const rendersOf = async () => {
    const found: (RenderAnswer & { metadata: Record<string, string> })[] = [];
    for (let cursor = ""; ;) {
      const path = `/v1/renders?limit=100${cursor && `&cursor=${cursor}`}`;
      const page = await story.client.call<{ renders: typeof found; nextCursor?: string }>("GET", path);
      found.push(...page.renders);
      if (page.nextCursor === undefined) return found;
      cursor = page.nextCursor;
    }
  };

  beforeAll(async () => {
    airtable = await openAirtableStandIn();
    const token = "patSTORY000000000.0123456789abcdef";
    airtable.addToken({
      token,
      scopes: ["data.records:read", "data.records:write", "schema.bases:read", "schema.bases:write", "webhook:manage"],
    });
    baseId = airtable.addBase({ tables: [{ name: "Table 1", fields: [{ name: "Name", type: "singleLineText" }] }] }).id;
    const environment = {
      AIRTABLE_TOKEN: token,
      AIRTABLE_ENDPOINT_URL: airtable.url,
      UNDERSTUDY_AIRTABLE_PATIENCE_SECONDS: "5",
    };
    story = await openStory(environment);
    const pair = await drawPair(story.folder, 2);
    const plain = join(story.folder, "plain.png");
    await writeFile(plain, plainPng(256, 256));
    files = await openFileServer([pair.videoPath, pair.photoPath, plain]);
    const data = ["--data", join(story.folder, "data")];
    servers = [await story.start("one", data), await story.start("other", data)];

    const connected = await runCommand(
      [
        ...["airtable", "connect", baseId, "Videos 🎬 سينما", "--create", "--json"],
        ...["--attested-by", "Story", "--statement", "All of them agreed.", "--use", "a test"],
        ...["--until", "2126-01-01", "--age-confirmed", "--renders-at-once", "20"],
      ],
      {
        ...environment,
        UNDERSTUDY_DATA_FOLDER: join(story.folder, "data"),
        UNDERSTUDY_NETWORK_ALLOW: "loopback",
        UNDERSTUDY_API_KEY: servers[0]!.apiKey,
      },
    );
    ({ tableId } = JSON.parse(connected) as { tableId: string });

    const [video, photo] = [files.urlOf(pair.videoPath), files.urlOf(pair.photoPath)];
    const inputs: Readonly<Record<Flaw, readonly [string | undefined, string]>> = {
      "no face": [video, files.urlOf(plain)],
      "no video there": [`${video}.gone`, photo],
      "private address": ["http://10.0.0.1/secret.mp4", photo],
      "no address": [undefined, photo],
      "video as attachment": [video, photo],
    };
    rows = airtable.addRecords(
      tableId,
      Array.from({ length: rowCount }, (_, number) => {
        const flaw = flaws.get(number);
        const [from, person] = flaw === undefined ? [video, photo] : inputs[flaw];
        return { [status]: briefStatuses.pending, [face]: person, ...(from !== undefined && { [source]: from }) };
      }),
    );
    await vi.waitFor(() => expect(endedCount()).toBeGreaterThan(rowCount / 4), patience);
    await servers[0]!.kill();
    await vi.waitFor(() => expect(endedCount()).toBe(rowCount), patience);
  });
  afterAll(async () => {
    await story?.close();
    await files?.close();
    await airtable?.close();
  });

  it("ends each row as Complete with its link, or as Failed with the right code", async () => {
    for (const [number, recordId] of rows.entries()) {
      const flaw = flaws.get(number);
      const code = flaw && codes[flaw];
      const shown = cells(recordId);
      expect([number, shown[status]]).toEqual([number, code ? briefStatuses.failed : briefStatuses.complete]);
      if (code) expect([flaw, shown[error]]).toEqual([flaw, expect.stringMatching(code)]);
    }
    const first = cells(rows[0]!);
    expect(first[seconds]).toBeGreaterThan(0);
    expect(first[error]).toBeUndefined();
    const video = await fetch(String(first[output]));
    expect([video.status, video.headers.get("content-type")]).toEqual([200, "video/mp4"]);
  });

  it("shows a picture of each finished video", async () => {
    const finished = rows.filter((recordId) => statusOf(recordId) === briefStatuses.complete);
    const pictures = () => finished.map((recordId) => (cells(recordId)[thumbnail] as unknown[] | undefined)?.length);
    await vi.waitFor(() => expect(pictures()).toEqual(finished.map(() => 1)), patience);
    const [picture] = cells(finished[0]!)[thumbnail] as { url: string; type: string }[];
    const bytes = Buffer.from(await (await fetch(picture!.url)).arrayBuffer());
    expect([picture!.type, bytes.subarray(0, 3).toString("hex")]).toEqual(["image/jpeg", "ffd8ff"]);
  });

  it("rendered each row once", async () => {
    const renders = await rendersOf();
    const records = renders.map(({ metadata }) => metadata["airtable_record"]);
    expect(new Set(records).size).toBe(records.length);
    // Two were refused before anything was rendered.
    expect(records.length).toBe(rowCount - 2);
  });

  it("kept within Airtable's limit, and wrote in batches", () => {
    expect(airtable.busiestSecond(baseId)).toBeLessThanOrEqual(5);
    expect(airtable.requests.filter((request) => request.status === 429)).toEqual([]);
    const writes = airtable.requests.filter(({ method, path }) => method === "PATCH" && path.endsWith(tableId));
    const written = writes.reduce((sum, { records = 0 }) => sum + records, 0);
    expect(Math.max(...writes.map(({ records = 0 }) => records))).toBe(10);
    // Each row is told twice, that it is in work and how it ended.
    expect(written).toBeGreaterThanOrEqual(2 * rowCount - 2);
    expect(writes.length).toBeLessThan(written);
  });

  it("renders a row again that is set back to Pending", async () => {
    const [again] = rows;
    const before = cells(again!)[output];
    airtable.editRecord(tableId, again!, { [status]: briefStatuses.pending });
    await vi.waitFor(() => expect([statusOf(again!), cells(again!)[output]]).not.toContain(before), patience);
    await vi.waitFor(() => expect(statusOf(again!)).toBe(briefStatuses.complete), patience);
    const renders = await rendersOf();
    expect(renders.filter(({ metadata }) => metadata["airtable_record"] === again)).toHaveLength(2);
    expect(cells(again!)[output]).not.toBe(before);
  });

  it("stops the render of a row that is removed", async () => {
    const recordId = airtable.addRecord(tableId, {
      [status]: briefStatuses.pending,
      [source]: cells(rows[0]!)[source],
      [face]: cells(rows[0]!)[face],
    });
    await vi.waitFor(() => expect(statusOf(recordId)).toBe(briefStatuses.processing), patience);
    airtable.deleteRecord(tableId, recordId);
    await vi.waitFor(async () => {
      const [newest] = await rendersOf();
      expect(newest!.metadata["airtable_record"]).toBe(recordId);
      expect(["cancelled", "finished"]).toContain(newest!.state);
    }, patience);
  });
});
