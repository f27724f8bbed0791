import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readMp4Claims } from "./mp4-claims.js";
import { createNodeAvIo } from "./node-av/node-av-io.js";
import { probeSource } from "./probe.js";
import { writeFixture, type FixtureName } from "./testing/fixtures.js";
import { useTempFolder } from "./testing/temp-folder.js";

const inFolder = useTempFolder();
const limits = { maxInputBytes: 100_000_000, maxPixels: 2_000_000, maxDurationSeconds: 60 };
const probe = (path: string) => probeSource(createNodeAvIo(), path, limits);
const bytesOf = async (name: FixtureName) => readFileSync(await writeFixture(name, inFolder(name)));
const put = (name: string, bytes: Uint8Array) => {
  writeFileSync(inFolder(name), bytes);
  return inFolder(name);
};

/** A film whose picture track announces 60 million samples of one byte each. */
async function bomb(): Promise<Buffer> {
  const bytes = await bytesOf("closed.mp4");
  const at = (name: string) => bytes.indexOf(name);
  const set = (from: number, ...values: number[]) => {
    for (const [place, value] of values.entries()) bytes.writeUInt32BE(value, from + place * 4);
  };
  set(at("stsz") + 8, 1, 60_000_000);
  set(at("stts") + 8, 1, 60_000_000, 1);
  set(at("stsc") + 8, 1, 1, 60_000_000, 1);
  bytes.write("free", at("stss"), "latin1");
  return bytes;
}

const box = (type: string, ...contents: readonly Uint8Array[]) => {
  const content = Buffer.concat(contents);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, content]);
};

describe("readMp4Claims", () => {
  it("counts what a reader lists, pieces of uncompressed sound too", async () => {
    const countOf = async (name: FixtureName) => (await readMp4Claims(put(name, await bytesOf(name)))).packets;
    expect(await countOf("closed.mp4")).toBe(90 + 142);
    expect(await countOf("mute.mp4")).toBe(60);
    const pcm = await countOf("pcm.mov");
    expect(pcm).toBeGreaterThan(60 + 90);
    expect(pcm).toBeLessThan(60 + 300);
    for (const name of ["matroska.mkv", "transport.ts"] as const) expect(await countOf(name)).toBe(0);
  });

  it("finds samples wherever they are announced", async () => {
    const bytes = await bomb();
    const count = async (whole: Uint8Array) => (await readMp4Claims(put("made.mp4", whole))).packets;
    const moov = bytes.subarray(bytes.indexOf("moov") - 4);
    const id3 = Buffer.from("ID3\x04\0\0\0\0\0\x05hello", "latin1");
    expect(await count(Buffer.concat([id3, bytes]))).toBeGreaterThan(60_000_000);
    expect(await count(box("free", moov))).toBeGreaterThan(60_000_000);
    const run = Buffer.alloc(8);
    run.writeUInt32BE(70_000_000, 4);
    expect(await count(box("moof", box("traf", box("trun", run))))).toBe(70_000_000);
    expect(await count(box("moov", box("cmov", run)))).toBe(Number.POSITIVE_INFINITY);
  });

  it("reads garbage without harm", async () => {
    const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 251));
    for (const made of [noise, Buffer.alloc(4096), Buffer.from("\0\0\0\x01moov"), Buffer.from("moov")]) {
      expect(await readMp4Claims(put("noise.mp4", made))).toEqual({ packets: 0, durationSeconds: 0 });
    }
    const bytes = await bomb();
    for (let length = 8; length < 900; length += 37) {
      const claims = readMp4Claims(put("cut.mp4", box("moov", box("trak", bytes.subarray(-length)))));
      await expect(claims).resolves.toMatchObject({ durationSeconds: expect.any(Number) });
    }
  });
});

describe("probeSource", () => {
  it("refuses 60 million samples in a small file before anything is made for them", async () => {
    const path = put("bomb.mp4", await bomb());
    const before = process.memoryUsage.rss();
    await expect(probe(path)).rejects.toMatchObject({
      code: "unreadable-media",
      message: "bomb.mp4 has more than 100000 packets.",
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000);
  });

  it("calls it too long when that is what it is", async () => {
    const bytes = await bomb();
    // `mdhd`: 15 360 ticks a second, here for two hours.
    bytes.writeUInt32BE(7200 * 15_360, bytes.indexOf("mdhd") + 20);
    await expect(probe(put("long.mp4", bytes))).rejects.toMatchObject({ code: "input-too-long" });
  });
});
