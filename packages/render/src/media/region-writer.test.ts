import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isWholeClip, openClip } from "./open-clip.js";
import { createNodeAvIo } from "./node-av/node-av-io.js";
import { openRegionReader } from "./region-reader.js";
import { openRegionWriter, type RegionWriterTask } from "./region-writer.js";
import { writeFixture } from "./testing/fixtures.js";
import { useTempFolder } from "./testing/temp-folder.js";
import { readBarcode } from "./testing/draw-test-picture.js";

const io = createNodeAvIo();
const inFolder = useTempFolder();
const region = { index: 0, kind: "changed" as const, startPacket: 15, endPacket: 30, startFrame: 15, endFrame: 30 };
const sourcePath = await writeFixture("closed.mp4", inFolder("closed.mp4"));
const video = { frameRate: 30, bitRate: 100_000 };
const task = { io, sourcePath, trackIndex: 0, video, region, stitch: { mode: "smart" } as const };

async function writeClip(clipPath: string, of: Omit<RegionWriterTask, "clipPath"> = task) {
  const reader = await openRegionReader(of);
  const writer = await openRegionWriter({ ...of, clipPath, times: reader.times });
  try {
    for await (const frame of reader) {
      await writer.write(frame);
      frame.release();
    }
    return await writer.finish(reader.repeatedFrames);
  } finally {
    reader.close();
    await writer.close();
  }
}

describe("region reader", () => {
  it("gives the region's frames in display order with their numbers", async () => {
    const reader = await openRegionReader(task);
    const seen: [number, number][] = [];
    for await (const frame of reader) {
      seen.push([frame.frameNumber, readBarcode(frame.picture)]);
      frame.release();
    }
    expect(seen).toEqual(Array.from({ length: 15 }, (_, at) => [15 + at, 15 + at]));
  });

  it("begins and ends in the middle of a group of pictures: decoding runs up to it, and stops behind it", async () => {
    const middle = { ...region, startPacket: 15, endPacket: 45, startFrame: 22, endFrame: 33 };
    const reader = await openRegionReader({ ...task, region: middle, stitch: { mode: "uniform" } });
    const seen: [number, number][] = [];
    for await (const frame of reader) {
      seen.push([frame.frameNumber, readBarcode(frame.picture)]);
      frame.release();
    }
    expect(seen).toEqual(Array.from({ length: 11 }, (_, at) => [22 + at, 22 + at]));
  });

  it("lets a frame be drawn on without touching its neighbours", async () => {
    const reader = await openRegionReader(task);
    for await (const frame of reader) {
      expect(readBarcode(frame.picture)).toBe(frame.frameNumber);
      frame.makeWritable().y.fill(0);
      expect(frame.picture.y[0]).toBe(0);
      frame.release();
    }
  });

  it("can be left early and cancelled", async () => {
    const early = await openRegionReader(task);
    for await (const frame of early) {
      frame.release();
      break;
    }
    const cancelled = new AbortController();
    cancelled.abort();
    await expect(openRegionReader({ ...task, signal: cancelled.signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  it("notices that the file is not the one that was planned", async () => {
    const other = { ...region, endPacket: 120, endFrame: 120 };
    await expect(openRegionReader({ ...task, region: other })).rejects.toMatchObject({ code: "unreadable-media" });
  });
});

describe("region writer", () => {
  it("leaves a clip that a later process can read and check", async () => {
    const clip = await writeClip(inFolder("a.clip"));
    const bytes = readFileSync(clip.path);
    expect(clip).toMatchObject({ byteLength: bytes.length, frameCount: 15, repeatedFrames: 0 });
    expect(clip.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    const opened = await openClip(clip.path);
    const { packets, startFrame, endFrame, timeBase } = opened.contents;
    expect([startFrame, endFrame]).toEqual([15, 30]);
    expect(timeBase).toEqual({ numerator: 1, denominator: 15_360 });
    expect(packets[0]?.[3]).toBe(1);
    expect(packets.map(([pts]) => pts).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 15 }, (_, at) => (15 + at) * 512),
    );
    for (const [number, [pts, dts, , , length]] of packets.entries()) {
      expect(pts).toBeGreaterThanOrEqual(dts);
      expect(await opened.readPayload(number)).toHaveLength(length);
    }
    await opened.close();
  });

  it("counts decode times over the whole film and leaves out what depends on the region, when all of it is encoded", async () => {
    const uniform = { mode: "uniform" } as const;
    const clips = [];
    for (const [startFrame, endFrame] of [
      [0, 8],
      [8, 9],
      [9, 11],
      [11, 22],
      [22, 30],
    ] as const) {
      const part = { ...region, startPacket: startFrame < 15 ? 0 : 15, startFrame, endFrame };
      clips.push(await writeClip(inFolder(`${startFrame}.clip`), { ...task, region: part, stitch: uniform }));
    }
    const contents = await Promise.all(
      clips.map(async ({ path }) => {
        const clip = await openClip(path);
        await clip.close();
        return clip.contents;
      }),
    );
    expect(new Set(contents.map(({ configuration }) => configuration)).size).toBe(1);
    const packets = contents.flatMap((one) => one.packets);
    expect(packets.map(([, dts]) => dts)).toEqual(Array.from({ length: 30 }, (_, at) => (at - 1) * 512));
    expect(packets.every(([pts, dts]) => pts >= dts)).toBe(true);
    expect(contents.map((one) => one.packets[0]?.[3])).toEqual([1, 1, 1, 1, 1]);
  });

  it("knows a clip that was changed or cut off", async () => {
    const { path } = await writeClip(inFolder("whole.clip"));
    expect(await isWholeClip(path)).toBe(true);
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes[100]! ^ 1, 100);
    writeFileSync(inFolder("changed.clip"), bytes);
    expect(await isWholeClip(inFolder("changed.clip"))).toBe(false);
    writeFileSync(inFolder("short.clip"), bytes.subarray(0, 30));
    expect(await isWholeClip(inFolder("short.clip"))).toBe(false);
    // The table promises one byte more than there is.
    const text = readFileSync(path)
      .toString("latin1")
      .replace(/,(\d)(\d+)\]\]/, (_, first, rest) => `,${9 - first}${rest}]]`);
    writeFileSync(inFolder("lying.clip"), Buffer.from(text, "latin1"));
    await expect(openClip(inFolder("lying.clip"))).rejects.toMatchObject({ code: "internal-error" });
  });

  it("makes the same clip twice", async () => {
    expect((await writeClip(inFolder("b.clip"))).sha256).toBe((await writeClip(inFolder("c.clip"))).sha256);
  });

  it("is not taken for a clip when its end is missing", async () => {
    const { path, byteLength } = await writeClip(inFolder("cut.clip"));
    truncateSync(path, byteLength - 3);
    await expect(openClip(path)).rejects.toMatchObject({ code: "internal-error" });
  });

  it("removes an unfinished clip and names a full disk and a missing folder", async () => {
    const writer = await openRegionWriter({ ...task, clipPath: inFolder("unfinished.clip") });
    await writer.close();
    expect(existsSync(inFolder("unfinished.clip"))).toBe(false);
    await expect(openRegionWriter({ ...task, clipPath: inFolder("none/x.clip") })).rejects.toMatchObject({
      code: "output-write-failed",
    });
  });
});
