import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { openAirtableStory, type AirtableStory } from "./testing/airtable-story.js";

const { status, output, error, thumbnail, seconds } = briefColumns;
const rowCount = 50;
const patience = { timeout: 400_000, interval: 100 };

const { processing, complete, failed } = briefStatuses;

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
  let lab: AirtableStory;
  let rows: readonly string[];

  const cells = (recordId: string) => lab.cells(recordId);
  const statusOf = (recordId: string) => cells(recordId)[status];
  const hasEnded = (recordId: string) => ([complete, failed] as unknown[]).includes(statusOf(recordId));
  const endedCount = () => rows.filter(hasEnded).length;

  beforeAll(async () => {
    lab = await openAirtableStory({ clipSeconds: 2, environment: { UNDERSTUDY_AIRTABLE_PATIENCE_SECONDS: "5" } });
    const one = await lab.start("one");
    await lab.start("other");
    await lab.connect();
    rows = kinds.map(({ address, photo }) => lab.addRow(address?.(lab.video) ?? null, photo ?? "none"));
    lab.setPending(rows);
    await vi.waitFor(() => expect(endedCount()).toBeGreaterThan(rowCount / 4), patience);
    await one.kill();
    await vi.waitFor(() => expect(endedCount()).toBe(rowCount), patience);
  });
  afterAll(() => lab?.close());

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
    const renders = await lab.renders();
    const records = renders.map(({ metadata }) => metadata["airtable_record"]);
    expect(new Set(records).size).toBe(records.length);
    // Three were refused before anything was rendered.
    expect(records.length).toBe(rowCount - 3);
  });

  it("kept within Airtable's limit, and wrote in batches", () => {
    const { airtable, baseId, tableId } = lab;
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
    const again = rows[0]!;
    const before = cells(again)[output];
    lab.setPending([again]);
    await vi.waitFor(() => expect([statusOf(again), cells(again)[output]]).not.toContain(before), patience);
    await vi.waitFor(() => expect(statusOf(again)).toBe(complete), patience);
    expect(await lab.rendersOf(again)).toHaveLength(2);
    expect(cells(again)[output]).not.toBe(before);
  });

  it("stops the render of a row that is removed", async () => {
    const recordId = rows[1]!;
    lab.setPending([recordId]);
    await vi.waitFor(() => expect(statusOf(recordId)).toBe(processing), patience);
    lab.airtable.deleteRecord(lab.tableId, recordId);
    await vi.waitFor(async () => {
      const [newest] = await lab.rendersOf(recordId);
      expect(["cancelled", "finished"]).toContain(newest!.state);
    }, patience);
  });
});
