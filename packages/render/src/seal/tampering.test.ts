import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { c2paUuid, type TopBox } from "./mp4-boxes.js";
import { openProvenance } from "./open-provenance.js";
import { boxesOf } from "./testing/boxes-of.js";
import { testKeys } from "./testing/test-keys.js";
import { testMedia } from "./testing/test-media.js";
import { noSignal, readOrder, testOrder } from "./testing/test-order.js";

const file = useTempFolder();
const provenance = openProvenance();
let anchorsPem: string;
let sealed: Buffer;
let boxes: TopBox[];

beforeAll(async () => {
  const keys = await testKeys();
  anchorsPem = keys.anchorsPem;
  const path = file("video.mp4");
  await testMedia["video.mp4"].write(path);
  const order = testOrder(path, "video/mp4");
  await provenance.seal(order, keys.credentials, noSignal);
  sealed = await readFile(order.outputPath);
  boxes = await boxesOf(order.outputPath);
});
afterAll(() => provenance.close());

test("a single changed bit of the media is noticed, wherever it is", async () => {
  const isCovered = ({ type, uuid }: TopBox) => type !== "ftyp" && uuid !== c2paUuid;
  const covered = boxes.filter(isCovered);
  const total = covered.reduce((sum, { byteLength }) => sum + byteLength, 0);
  expect(total).toBeGreaterThan(1000);
  for (const random of randoms(50)) {
    let place = random % total;
    const box = covered.find(({ byteLength }) => place < byteLength || ((place -= byteLength), false));
    expect(await stateAfterFlip((box?.offset ?? 0) + place)).not.toBe("valid");
  }
});

test("whatever is changed inside the credentials, they never say anything else and stay valid", async () => {
  const store = boxes.find(({ uuid }) => uuid === c2paUuid);
  const { claim } = (await read(sealed)) as { claim: unknown };
  for (const random of randoms(40)) {
    const told = await read(flipped((store?.offset ?? 0) + (random % (store?.byteLength ?? 1)))).then(
      (facts) => (facts.state === "valid" ? facts.claim : facts.state),
      (thrown: { code: string }) => thrown.code,
    );
    expect([claim, "altered", "invalid", "absent", "unreadable-media"]).toContainEqual(told);
  }
});

test("what is added behind the last box is noticed", async () => {
  const added = Buffer.concat([sealed, Buffer.from("\0\0\0\x0cmdat1234", "latin1")]);
  expect(await read(added)).toEqual({ state: "altered", problems: ["assertion.bmffHash.mismatch"] });
});

function flipped(offset: number): Buffer {
  const bytes = Buffer.from(sealed);
  bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  return bytes;
}

async function stateAfterFlip(offset: number): Promise<string> {
  return read(flipped(offset)).then(
    ({ state }) => state,
    (thrown: { code: string }) => thrown.code,
  );
}

async function read(bytes: Buffer) {
  await writeFile(file("tampered.mp4"), bytes);
  return provenance.read(readOrder(file("tampered.mp4"), anchorsPem), noSignal);
}

/** The minimal standard generator; the same numbers each time. */
function randoms(count: number): number[] {
  let state = 20_260_101;
  return Array.from({ length: count }, () => (state = (state * 48_271) % 0x7fffffff));
}
