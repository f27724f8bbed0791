import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from "mediabunny";
import { expect, test } from "vitest";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { writeFixture } from "#media/testing/fixtures.js";
import { c2paBoxBytes, fillRoom, plainMp4Boxes, writeRoomyMp4 } from "./mp4-embedding.js";
import { noSignal } from "./testing/test-order.js";

const file = useTempFolder();
const store = Buffer.from("a manifest store");

/** Makes room in a film and fills it. */
async function embed(path: string, outputPath: string) {
  const boxes = await plainMp4Boxes(path);
  if (boxes === undefined) throw new Error("not plain");
  const room = await writeRoomyMp4({ path, boxes, outputPath }, c2paBoxBytes(store.length), noSignal);
  await fillRoom(outputPath, room.roomOffset, store);
  return room;
}

/** Every packet of every track, as an independent reader finds it: time and hash. */
async function packetsOf(path: string): Promise<string[]> {
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) });
  const packets: string[] = [];
  for (const track of await input.getTracks()) {
    for await (const { timestamp, data } of new EncodedPacketSink(track).packets()) {
      packets.push(`${timestamp} ${createHash("sha256").update(data).digest("hex")}`);
    }
  }
  input.dispose();
  return packets;
}

test.each(["closed.mp4", "pre-roll.mp4"] as const)("every packet of %s is found where it moved to", async (name) => {
  const path = await writeFixture(name, file(name));
  await embed(path, file(`roomy-${name}`));
  const packets = await packetsOf(path);
  expect(packets.length).toBeGreaterThan(60);
  expect(await packetsOf(file(`roomy-${name}`))).toEqual(packets);
});

test("what stands in front of the room does not move, whatever stands behind it does", async () => {
  const path = await writeFixture("mute.mp4", file("mute.mp4"));
  const { roomOffset } = await embed(path, file("roomy-mute.mp4"));
  const [before, after] = [await readFile(path), await readFile(file("roomy-mute.mp4"))];
  const boxBytes = c2paBoxBytes(store.length);
  expect(after.length).toBe(before.length + boxBytes);
  expect(after.subarray(0, roomOffset)).toEqual(before.subarray(0, roomOffset));
  expect(after.subarray(roomOffset, roomOffset + boxBytes).includes(store)).toBe(true);
  expect(after.readUInt32BE(roomOffset)).toBe(boxBytes);
});

test("offsets of eight bytes move as those of four do, and only those behind the room", async () => {
  const list = Buffer.alloc(8 + 3 * 8);
  list.writeUInt32BE(3, 4);
  [4n, 5_000_000_000n, 40n].forEach((offset, i) => list.writeBigUInt64BE(offset, 8 + i * 8));
  const path = ["stbl", "minf", "mdia", "trak", "moov"];
  const moov = path.reduce((content, type) => box(type, content), box("co64", list));
  await writeFile(file("long.mp4"), Buffer.concat([box("ftyp", Buffer.alloc(8)), moov, box("mdat", Buffer.alloc(9))]));
  await embed(file("long.mp4"), file("roomy-long.mp4"));
  const after = await readFile(file("roomy-long.mp4"));
  const at = after.indexOf("co64") + 12;
  const by = BigInt(c2paBoxBytes(store.length));
  expect([0, 8, 16].map((entry) => after.readBigUInt64BE(at + entry))).toEqual([4n, 5_000_000_000n + by, 40n + by]);
});

test("an offset that no longer fits into its four bytes is an error", async () => {
  const list = Buffer.from("0000000000000001fffffff0", "hex");
  const moov = box("moov", box("trak", box("mdia", box("minf", box("stbl", box("stco", list))))));
  await writeFile(file("full.mp4"), Buffer.concat([box("ftyp", Buffer.alloc(8)), moov]));
  await expect(embed(file("full.mp4"), file("roomy-full.mp4"))).rejects.toThrow(RangeError);
});

test.each([
  { what: "cut short", change: (film: Buffer) => film.subarray(0, film.length - 100) },
  { what: "fragmented", change: (film: Buffer) => Buffer.concat([film, Buffer.from("\0\0\0\x08moof", "latin1")]) },
  { what: "without a table of contents", change: (film: Buffer) => film.subarray(0, film.readUInt32BE(0)) },
  { what: "no film", change: () => Buffer.from("notes") },
])("a film that is $what is left to the library", async ({ what, change }) => {
  const path = await writeFixture("mute.mp4", file(`${what}.mp4`));
  expect(await plainMp4Boxes(path)).toBeDefined();
  await writeFile(path, change(await readFile(path)));
  expect(await plainMp4Boxes(path)).toBeUndefined();
});

test("a film that was sealed before is left to the library", async () => {
  const path = await writeFixture("mute.mp4", file("once.mp4"));
  await embed(path, file("twice.mp4"));
  expect(await plainMp4Boxes(file("twice.mp4"))).toBeUndefined();
});

function box(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, content]);
}
