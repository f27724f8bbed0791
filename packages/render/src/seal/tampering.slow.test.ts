import { readFile, writeFile } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { c2paUuid, type TopBox } from "./mp4-boxes.js";
import { openProvenance } from "./open-provenance.js";
import { boxesOf } from "./testing/boxes-of.js";
import { testKeys } from "./testing/test-keys.js";
import { testMedia } from "./testing/test-media.js";
import { noSignal, readOrder, testOrder } from "./testing/test-order.js";

const file = useTempFolder();
const provenance = openProvenance();
afterAll(() => provenance.close());

test("of every byte of a sealed film, only the brands and the framing of the credentials may change unnoticed", async () => {
  const { credentials, anchorsPem } = await testKeys();
  const order = testOrder(file("video.mp4"), "video/mp4");
  await testMedia["video.mp4"].write(order.path);
  await provenance.seal(order, credentials, noSignal);
  const sealed = await readFile(order.outputPath);
  const unnoticed: number[] = [];
  for (let offset = 0; offset < sealed.length; offset++) {
    const bytes = Buffer.from(sealed);
    bytes[offset]! ^= 1;
    await writeFile(file("changed.mp4"), bytes);
    const state = await provenance.read(readOrder(file("changed.mp4"), anchorsPem), noSignal).then(
      (facts) => facts.state,
      () => "refused",
    );
    if (state === "valid") unnoticed.push(offset);
  }
  const boxes = await boxesOf(order.outputPath);
  const within = (isWanted: (box: TopBox) => boolean) =>
    unnoticed.filter((offset) =>
      boxes.some((box) => isWanted(box) && box.offset <= offset && offset < box.offset + box.byteLength),
    ).length;
  const brands = within(({ type }) => type === "ftyp");
  const framing = within(({ uuid }) => uuid === c2paUuid);
  expect(unnoticed.length).toBe(brands + framing);
  expect(brands).toBe(24);
  expect(framing).toBeLessThanOrEqual(70);
});
