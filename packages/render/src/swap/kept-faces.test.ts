import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineFactsOf } from "#engines/engine-facts.js";
import { createPlanes } from "#media/index.js";
import type { PlanarFrame } from "#model/image.js";
import type { FrameRange } from "#model/plan.js";
import { facesMagic, type FacesFacts, type FacesOrigin } from "./faces-file.js";
import { openFacesWriter, type FacesEnd } from "./faces-writer.js";
import { findKeptFaces } from "./find-kept-faces.js";
import { joinFaces } from "./join-faces.js";
import { openKeptFaces } from "./kept-faces.js";
import { noisyFrame } from "./testing/noisy-frame.js";

const origin: FacesOrigin = {
  engine: await engineFactsOf("mesh"),
  sourceSha256: "a".repeat(64),
  trackIndex: 0,
  isConverted: false,
  cast: [{ person: "largest", photoSha256: ["b".repeat(64), "c".repeat(64)] }],
};
const segment = { startFrame: 30, endFrame: 33 };
const end: FacesEnd = {
  origin,
  ...segment,
  faceFacts: [{ faceWidthPixels: 200.5, yawDegrees: -1, pitchDegrees: 2, skinCoverage: 0.9, sideLightRatio: 1.1 }],
  withoutFace: 1,
  samples: [
    {
      frameNumber: 31,
      similarityToPhoto: 0.1 + 0.2,
      maxBackgroundChange: 0,
      steadiness: { sourceFlicker: 1 / 3, drawnFlicker: 2, trackedJitter: 3, smoothedJitter: 4 },
    },
  ],
};
const box = { left: 8, top: 4, right: 40, bottom: 36 };

let folder: string;
let path: string;
let whole: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-kept-faces-"));
  path = join(folder, "segment-30-33.faces");
  const writer = await openFacesWriter(path);
  await writer.append(noisyFrame(64, 48, 1), box);
  await writer.append(noisyFrame(64, 48, 2), undefined);
  await writer.append(noisyFrame(64, 48, 3), { ...box, right: 64 });
  await writer.finish(end);
  whole = await readFile(path);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("kept faces", () => {
  it("tell what was told when they were drawn, and paste what was drawn", async () => {
    const drawn = noisyFrame(64, 48, 1);
    const at = ({ y, lumaStride }: PlanarFrame, column: number, row: number) => y[row * lumaStride + column];
    const kept = (await openKeptFaces(path, origin, segment))!;
    expect(kept.facts).toMatchObject({ ...end, widthPixels: 64, heightPixels: 48 });
    const first = createPlanes(64, 48);
    const second = createPlanes(64, 48);
    expect(await kept.paste(first, 0)).toBe(true);
    expect(await kept.paste(second, 1)).toBe(true);
    await kept.close();
    expect([at(first, 8, 4), at(first, 39, 35)]).toEqual([at(drawn, 8, 4), at(drawn, 39, 35)]);
    expect(at(first, 40, 36)).toBe(16);
    expect(second).toEqual(createPlanes(64, 48));
  });

  it("do not fit a frame of another size", async () => {
    const kept = (await openKeptFaces(path, origin, segment))!;
    expect(await kept.paste(noisyFrame(66, 48, 1), 0)).toBe(false);
    await kept.close();
  });

  it.each<[string, Partial<FacesOrigin>]>([
    ["video", { sourceSha256: "d".repeat(64) }],
    ["track", { trackIndex: 1 }],
    ["photo", { cast: [{ person: "largest", photoSha256: ["c".repeat(64), "b".repeat(64)] }] }],
    ["second photo", { cast: [{ person: "largest", photoSha256: ["b".repeat(64)] }] }],
    ["person", { cast: [{ ...origin.cast[0]!, person: "left" }] }],
    ["cast", { cast: [...origin.cast, ...origin.cast] }],
    ["engine", { engine: { ...origin.engine, id: "mesh@2" } }],
    ["weights", { engine: { ...origin.engine, weights: origin.engine.weights.slice(1) } }],
    ["way of decoding", { isConverted: true }],
  ])("are refused for another %s", async (_, other) => {
    expect(await openKeptFaces(path, { ...origin, ...other }, segment)).toBeUndefined();
  });

  it("are refused for other frames, and when they are missing or a folder", async () => {
    expect(await openKeptFaces(path, origin, { startFrame: 30, endFrame: 34 })).toBeUndefined();
    expect(await openKeptFaces(path, origin, { startFrame: 29, endFrame: 32 })).toBeUndefined();
    expect(await openKeptFaces(join(folder, "none.faces"), origin, segment)).toBeUndefined();
    expect(await openKeptFaces(folder, origin, segment)).toBeUndefined();
  });

  it("are refused when a single byte is another, wherever it is, or the file ends early or late", async () => {
    const damaged = join(folder, "damaged.faces");
    const isRefused = async (bytes: Buffer) => {
      await writeFile(damaged, bytes);
      const kept = await openKeptFaces(damaged, origin, segment);
      await kept?.close();
      return kept === undefined;
    };
    const refused: boolean[] = [];
    for (let at = 0; at < whole.length; at += 397) refused.push(await isRefused(flipped(whole, at)));
    for (let at = whole.length - 50; at < whole.length; at += 7) refused.push(await isRefused(flipped(whole, at)));
    for (const length of [0, 10, 500, whole.length - 1]) refused.push(await isRefused(whole.subarray(0, length)));
    refused.push(await isRefused(Buffer.concat([whole, whole])));
    expect(refused).not.toContain(false);
    expect(await isRefused(whole)).toBe(false);
  });

  it("that a crash cut off are no file of faces", async () => {
    const unfinished = await openFacesWriter(join(folder, "unfinished.faces"));
    await unfinished.append(noisyFrame(64, 48, 1), box);
    await unfinished.close();
    await expect(readFile(join(folder, "unfinished.faces"))).rejects.toThrow("ENOENT");
    const cut = join(folder, "cut.faces");
    await writeFile(cut, whole);
    await truncate(cut, whole.length - facesMagic.length);
    expect(await openKeptFaces(cut, origin, segment)).toBeUndefined();
  });
});

describe("a file made to harm, with a hash that is right", () => {
  const entry = (right: number, bytes: number) => [8, 4, right, 36, bytes] as const;
  const harmful = async (frames: FacesFacts["frames"], payload: Buffer, change: object = {}) => {
    const contents = { version: 2, ...end, widthPixels: 64, heightPixels: 48, frames, ...change };
    const json = Buffer.from(JSON.stringify(contents));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(json.length);
    const hashed = Buffer.concat([facesMagic, payload, json, length]);
    const at = join(folder, "harmful.faces");
    await writeFile(at, Buffer.concat([hashed, createHash("sha256").update(hashed).digest(), facesMagic]));
    return openKeptFaces(at, origin, segment);
  };

  it("cannot unpack to more than its box", async () => {
    const bomb = deflateRawSync(Buffer.alloc(1_000_000));
    const kept = (await harmful([entry(40, bomb.length), null, null], bomb))!;
    expect(await kept.paste(noisyFrame(64, 48, 1), 0)).toBe(false);
    await kept.close();
  });

  it("cannot name a box outside the frame, a payload larger than its box, or more than there is", async () => {
    const payload = Buffer.alloc(100_000);
    expect(await harmful([entry(66, 10), null, null], payload.subarray(0, 10))).toBeUndefined();
    expect(await harmful([entry(8, 10), null, null], payload.subarray(0, 10))).toBeUndefined();
    expect(await harmful([entry(40, payload.length), null, null], payload)).toBeUndefined();
    expect(await harmful([entry(40, 20), null, null], payload.subarray(0, 10))).toBeUndefined();
    expect(await harmful([null, null], payload.subarray(0, 0))).toBeUndefined();
  });

  it("cannot make us read a long table of contents", async () => {
    const weights = [{ name: "x".repeat(40_000), sha256: "", licence: "", origin: "" }];
    const long = { origin: { ...origin, engine: { id: "mesh@1", weights } } };
    expect(await harmful([null, null, null], Buffer.alloc(0), long)).toBeUndefined();
  });
});

describe("looking for the faces of a plan", () => {
  const swap = { index: 1, startSeconds: 1, endSeconds: 1.1, ...segment, treatment: "swap" } as const;
  const keep = { ...swap, index: 0, startFrame: 0, endFrame: 30, treatment: "keep" } as const;
  const video = { widthPixels: 64, heightPixels: 48 };
  const outcomes = [{ segmentIndex: 1, frames: 3, withoutFace: 1 }];

  it("finds those of each swap segment, and then needs no gate", async () => {
    const found = { paths: { 1: path }, outcomes, faceFacts: end.faceFacts };
    expect(await findKeptFaces(folder, origin, [keep, swap], video)).toEqual(found);
  });

  it("needs the gate when one segment is missing, and when there is no folder", async () => {
    const other = { ...swap, index: 2, startFrame: 40, endFrame: 50 };
    expect(await findKeptFaces(folder, origin, [keep, swap, other], video)).toEqual({ paths: { 1: path }, outcomes });
    const nothing = { paths: {}, outcomes: [] };
    expect(await findKeptFaces(undefined, origin, [keep, swap], video)).toEqual(nothing);
    expect(await findKeptFaces(join(folder, "nowhere"), origin, [keep, swap], video)).toEqual(nothing);
  });

  it("passes over what was drawn on pictures of another size, and what does not unpack", async () => {
    const nothing = { paths: {}, outcomes: [] };
    expect(await findKeptFaces(folder, origin, [swap], { widthPixels: 66, heightPixels: 48 })).toEqual(nothing);
    const place = await mkdtemp(join(folder, "unsound-"));
    const writer = await openFacesWriter(join(place, "segment-30-33.faces"));
    for (let n = 0; n < 3; n++) await writer.appendPacked(video, box, deflateRawSync(Buffer.alloc(9)));
    await writer.finish(end);
    expect(await findKeptFaces(place, origin, [swap], video)).toEqual(nothing);
  });

  it("takes an odd row for lost where pictures were converted", async () => {
    const place = await mkdtemp(join(folder, "converted-"));
    const converted = { ...origin, isConverted: true };
    const writer = await openFacesWriter(join(place, "segment-30-33.faces"));
    for (let n = 0; n < 3; n++) await writer.append(noisyFrame(64, 48, n), box);
    await writer.finish({ ...end, origin: converted });
    const found = await findKeptFaces(place, converted, [swap], { widthPixels: 64, heightPixels: 49 });
    expect(found.outcomes).toEqual(outcomes);
  });
});

it("parts that several threads drew make the very file that one would have made", async () => {
  const [first, second] = [
    { startFrame: 30, endFrame: 31, path: join(folder, "first.faces") },
    { startFrame: 31, endFrame: 33, path: join(folder, "second.faces") },
  ];
  const one = await openFacesWriter(first.path);
  await one.append(noisyFrame(64, 48, 1), box);
  await one.finish({ ...end, ...range(first), withoutFace: 0, samples: [] });
  const other = await openFacesWriter(second.path);
  await other.append(noisyFrame(64, 48, 2), undefined);
  await other.append(noisyFrame(64, 48, 3), { ...box, right: 64 });
  await other.finish({ ...end, ...range(second) });
  const joined = join(folder, "joined.faces");
  await joinFaces([first, second], origin, segment, joined);
  expect((await readFile(joined)).equals(whole)).toBe(true);
});

function range({ startFrame, endFrame }: FrameRange): FrameRange {
  return { startFrame, endFrame };
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ 0x20;
  return copy;
}
