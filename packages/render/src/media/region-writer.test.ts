import { existsSync, readFileSync, truncateSync } from "node:fs";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openClip } from "./open-clip.js";
import { createNodeAvIo } from "./node-av/node-av-io.js";
import { openRegionReader } from "./region-reader.js";
import { openRegionWriter } from "./region-writer.js";
import { writeFixture } from "./testing/fixtures.js";
import { useTempFolder } from "./testing/temp-folder.js";
import { readBarcode } from "./testing/draw-test-picture.js";

const io = createNodeAvIo();
const inFolder = useTempFolder();
const region = { index: 0, startPacket: 15, endPacket: 30, startFrame: 15, endFrame: 30 };
const sourcePath = await writeFixture("closed.mp4", inFolder("closed.mp4"));
const task = { io, sourcePath, trackIndex: 0, region, stitch: { mode: "smart" } as const };

async function writeClip(clipPath: string) {
  const reader = await openRegionReader(task);
  const writer = await openRegionWriter({ ...task, clipPath });
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
    const { packets, region: kept, timeBase } = opened.contents;
    expect(kept).toEqual(region);
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
