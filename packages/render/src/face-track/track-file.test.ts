import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { meshVertexCount } from "#face-mesh/topology.js";
import { occlusionSide, type TrackedFrame } from "#model/face-track.js";
import { meshBytes, trackHeader, trackName, type TrackKey } from "./track-file.js";
import { isWholeTrack, openTrackFile } from "./track-reader.js";
import { openTrackWriter } from "./track-writer.js";

const key: TrackKey = {
  sourceSha256: "ab".repeat(32),
  trackIndex: 0,
  isConverted: false,
  person: "largest",
  startFrame: 450,
  endFrame: 550,
};
const { signal } = new AbortController();
/** A face that is away in frames 40 to 44, and another run behind. */
const frames: (TrackedFrame | undefined)[] = Array.from({ length: 100 }, (_, n) =>
  n >= 40 && n < 45
    ? undefined
    : { mesh: Float32Array.from({ length: 3 * meshVertexCount }, (__, i) => n + i / 7), run: n < 40 ? 1 : 2 },
);
const mask = new Uint8Array(occlusionSide * occlusionSide).fill(255, 100, 300);
const usualLuma = new Uint8Array(occlusionSide * occlusionSide).fill(90);
let folder: string;
let path: string;
let bytes: Buffer;

async function write(to: string, changed: (tracked: TrackedFrame | undefined) => TrackedFrame | undefined = (x) => x) {
  const writer = await openTrackWriter(to, key);
  for (const tracked of frames) await writer.append(changed(tracked));
  await writer.appendMask(7, mask);
  await writer.appendMask(99, mask);
  await writer.finish(usualLuma);
}

/** Meshes are long to compare number by number. */
function bytesOf(tracked: TrackedFrame | undefined): string {
  return tracked === undefined ? "" : `${tracked.run} ${Buffer.from(tracked.mesh.slice().buffer).toString("base64")}`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-track-"));
  path = join(folder, "a.track");
  await write(path);
  bytes = await readFile(path);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a track file", () => {
  it("gives back every frame, in any order", () => {
    const track = openTrackFile(path, key)!;
    expect(track.frameCount).toBe(100);
    const order = [...frames.keys()].sort((a, b) => ((a * 37) % 100) - ((b * 37) % 100));
    for (const n of order) expect(bytesOf(track.tracked(n))).toBe(bytesOf(frames[n]));
    expect(frames.map((_, n) => track.isSeen(n))).toEqual(frames.map((tracked) => tracked !== undefined));
    track.close();
  });

  it("has nothing before the first frame and behind the last", () => {
    const track = openTrackFile(path, key)!;
    expect([track.tracked(-1), track.tracked(100), track.occlusion(-1), track.occlusion(100)]).toEqual(
      Array.from({ length: 4 }),
    );
    track.close();
  });

  it("has masks for those frames that were given one, and the usual luma of all", () => {
    const track = openTrackFile(path, key)!;
    const masked = frames.map((_, n) => track.occlusion(n)).flatMap((found, n) => (found === undefined ? [] : [n]));
    expect(masked).toEqual([7, 99]);
    expect(track.occlusion(99)).toEqual(Buffer.from(mask));
    expect(track.usualLuma).toEqual(Buffer.from(usualLuma));
    track.close();
    track.close();
  });

  it("has no usual luma when it was given none", async () => {
    const bare = join(folder, "bare.track");
    const writer = await openTrackWriter(bare, { ...key, endFrame: 451 });
    await writer.append(undefined);
    await writer.finish();
    const track = openTrackFile(bare, { ...key, endFrame: 451 })!;
    expect(track.usualLuma).toBeUndefined();
    track.close();
  });

  it("is removed when it was not finished", async () => {
    const unfinished = join(folder, "unfinished.track");
    const writer = await openTrackWriter(unfinished, key);
    await writer.append(frames[0]);
    await writer.close();
    await expect(readFile(unfinished)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("is not taken for the track of something else", () => {
    const others: Partial<TrackKey>[] = [
      { sourceSha256: "cd".repeat(32) },
      { trackIndex: 1 },
      { isConverted: true },
      { person: "known-1" },
      { startFrame: 449 },
      { endFrame: 551 },
    ];
    for (const other of others) expect(openTrackFile(path, { ...key, ...other })).toBeUndefined();
    expect(new Set([{}, ...others].map((other) => trackName({ ...key, ...other }))).size).toBe(6);
  });
});

describe("a track that may be anybody's", () => {
  const isWhole = () => isWholeTrack(path, key, signal);

  it("is whole as it was written", async () => {
    expect(await isWhole()).toBe(true);
  });

  it("is not whole when one bit is another, wherever", async () => {
    const header = trackHeader(key).length;
    for (const at of [
      3,
      header + 5,
      header + 60 * meshBytes,
      bytes.length - 700,
      bytes.length - 45,
      bytes.length - 1,
    ]) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1;
      await writeFile(path, damaged);
      expect(await isWhole(), `byte ${at} of ${bytes.length}`).toBe(false);
    }
    await writeFile(path, bytes);
  });

  it("is not whole when its end is missing, when it is no file, and when nothing is there", async () => {
    await truncate(path, bytes.length - 8);
    expect(await isWhole()).toBe(false);
    await truncate(path, 3);
    expect(await isWhole()).toBe(false);
    await writeFile(path, bytes);
    expect(await isWholeTrack(folder, key, signal)).toBe(false);
    expect(await isWholeTrack(join(folder, "none"), key, signal)).toBe(false);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e9])("never lets a landmark at %d reach a painter", async (value) => {
    await write(path, (tracked) => tracked && { ...tracked, mesh: tracked.mesh.with(9, value) });
    expect(await isWhole()).toBe(false);
    const track = openTrackFile(path, key)!;
    expect(() => track.tracked(0)).toThrow(expect.objectContaining({ code: "internal-error" }));
    track.close();
  });

  it("costs no more than a mask for a mask that says it is large", async () => {
    const writer = await openTrackWriter(path, key);
    for (const tracked of frames) await writer.append(tracked);
    await writer.appendMask(0, new Uint8Array(1 << 20));
    await writer.finish();
    expect(await isWhole()).toBe(false);
  });
});
