import { readFile } from "node:fs/promises";
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

const { source, status, output, error, thumbnail, seconds } = briefColumns;
const rowCount = 50;
const patience = { timeout: 400_000, interval: 100 };

const { pending, processing, complete, failed } = briefStatuses;

/** What a row is filled in with, and how it must end: most are whole, one of ten is not, each in its own way. */
interface Kind {
  /** Undefined: the column stays empty. */
  readonly address?: (video: string) => string;
  readonly photo?: "person" | "plain";
  readonly end: RegExp;
}
const whole: Kind = { address: (video) => video, photo: "person", end: new RegExp(`^${complete} $`) };
const flawed: Readonly<Record<number, Kind>> = {
  4: { ...whole, photo: "plain", end: new RegExp(`^${failed} no-face-in-photo: `) },
  14: { ...whole, address: (video) => `${video}.gone`, end: new RegExp(`^${failed} download-failed: `) },
  24: { ...whole, address: () => "http://10.0.0.1/a.mp4", end: new RegExp(`^${failed} download-refused: `) },
  34: { photo: "person", end: new RegExp(`^${failed} bad-row: .*${briefColumns.source}`) },
  44: { address: (video) => video, end: new RegExp(`^${failed} bad-row: .*Photo 📷`) },
};
const kinds = Array.from({ length: rowCount }, (_, number) => flawed[number] ?? whole);

/** One story: each part begins where the one before ended. */
describe("fifty rows set to Pending at once, two servers, one of them killed in the middle", () => {
  let [story, airtable, files]: [Story, AirtableStandIn, FileServer] = [undefined!, undefined!, undefined!];
  let servers: readonly ServeProcess[];
  let [baseId, tableId]: [string, string] = ["", ""];
  let rows: readonly string[];

  const cells = (recordId: string) => airtable.record(tableId, recordId)!.fields;
  const statusOf = (recordId: string) => cells(recordId)[status];
  const hasEnded = (recordId: string) => ([complete, failed] as unknown[]).includes(statusOf(recordId));
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
    const fields = [
      { name: "الاسم", type: "singleLineText" },
      { name: "Photo 📷", type: "multipleAttachments" },
    ];
    const base = airtable.addBase({ tables: [{ name: "Videos 🎬 سينما", fields }] });
    [baseId, tableId] = [base.id, base.tables[0]!.id];
    const environment = {
      AIRTABLE_TOKEN: token,
      AIRTABLE_ENDPOINT_URL: airtable.url,
      UNDERSTUDY_AIRTABLE_PATIENCE_SECONDS: "5",
    };
    story = await openStory(environment);
    const pair = await drawPair(story.folder, 2);
    files = await openFileServer([pair.videoPath]);
    const data = ["--data", join(story.folder, "data")];
    servers = [await story.start("one", data), await story.start("other", data)];

    const attestation = {
      "--attested-by": "Story",
      "--statement": "All of them agreed.",
      "--use": "a test",
      "--column": "face=Photo 📷",
      "--until": "2126-01-01",
      "--renders-at-once": "20",
    };
    await runCommand(
      [
        "airtable",
        "connect",
        baseId,
        "Videos 🎬 سينما",
        "--create",
        "--age-confirmed",
        ...Object.entries(attestation).flat(),
      ],
      {
        ...environment,
        UNDERSTUDY_DATA_FOLDER: join(story.folder, "data"),
        UNDERSTUDY_NETWORK_ALLOW: "loopback",
        UNDERSTUDY_API_KEY: servers[0]!.apiKey,
      },
    );

    const video = files.urlOf(pair.videoPath);
    rows = airtable.addRecords(
      tableId,
      kinds.map(({ address }, number) => ({ الاسم: `سالم ${number} 🙂`, [source]: address?.(video) ?? null })),
    );
    const photos = {
      person: { bytes: await readFile(pair.photoPath), fileName: "صورة.jpg", mediaType: "image/jpeg" },
      plain: { bytes: plainPng(256, 256), fileName: "plain.png", mediaType: "image/png" },
    };
    for (const [number, { photo }] of kinds.entries()) {
      if (photo !== undefined) airtable.addAttachment(tableId, rows[number]!, "Photo 📷", photos[photo]);
    }
    airtable.editRecords(
      tableId,
      rows.map((id) => ({ id, cells: { [status]: pending } })),
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
    for (const [number, { end }] of kinds.entries()) {
      const { [status]: said, [error]: why = "" } = cells(rows[number]!);
      expect(`${String(said)} ${String(why)}`, `row ${number}`).toMatch(end);
    }
    const first = cells(rows[0]!);
    expect(first[seconds]).toBeGreaterThan(0);
    expect(first[error]).toBeUndefined();
    const video = await fetch(String(first[output]));
    expect([video.status, video.headers.get("content-type")]).toEqual([200, "video/mp4"]);
  });

  it("shows a picture of each finished video", async () => {
    const finished = rows.filter((recordId) => statusOf(recordId) === complete);
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
    // Three were refused before anything was rendered.
    expect(records.length).toBe(rowCount - 3);
  });

  it("kept within Airtable's limit, and wrote in batches", () => {
    expect(airtable.busiestSecond(baseId)).toBeLessThanOrEqual(5);
    expect(airtable.requests.filter((request) => request.status === 429)).toEqual([]);
    const writes = airtable.requests.filter(({ method, path }) => method === "PATCH" && path.endsWith(tableId));
    const written = writes.reduce((sum, { records = 0 }) => sum + records, 0);
    expect(Math.max(...writes.map(({ records = 0 }) => records))).toBe(10);
    // Each row is told twice, that it is in work and how it ended; three were not in work.
    expect(written).toBeGreaterThanOrEqual(2 * rowCount - 3);
    expect(writes.length).toBeLessThan(written);
  });

  it("renders a row again that is set back to Pending", async () => {
    const [again] = rows;
    const before = cells(again!)[output];
    airtable.editRecord(tableId, again!, { [status]: pending });
    await vi.waitFor(() => expect([statusOf(again!), cells(again!)[output]]).not.toContain(before), patience);
    await vi.waitFor(() => expect(statusOf(again!)).toBe(complete), patience);
    const renders = await rendersOf();
    expect(renders.filter(({ metadata }) => metadata["airtable_record"] === again)).toHaveLength(2);
    expect(cells(again!)[output]).not.toBe(before);
  });

  it("stops the render of a row that is removed", async () => {
    const [recordId] = rows.slice(1);
    airtable.editRecord(tableId, recordId!, { [status]: pending });
    await vi.waitFor(() => expect(statusOf(recordId!)).toBe(processing), patience);
    airtable.deleteRecord(tableId, recordId!);
    await vi.waitFor(async () => {
      const [newest] = await rendersOf();
      expect(newest!.metadata["airtable_record"]).toBe(recordId);
      expect(["cancelled", "finished"]).toContain(newest!.state);
    }, patience);
  });
});
