import { open, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { maxEmbeddedBytes } from "./limits.js";
import { openProvenance } from "./open-provenance.js";
import { hasSecondImplementation, secondOpinion } from "./testing/second-implementation.js";
import { testKeys } from "./testing/test-keys.js";
import { growMp4, testMedia, type TestMediaName } from "./testing/test-media.js";
import { noSignal, testOrder } from "./testing/test-order.js";

const file = useTempFolder();
const provenance = openProvenance();
const names = Object.keys(testMedia) as TestMediaName[];
const composite = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
const synthetic = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
/** Bytes that stand in front of the picture or sound itself. */
const contentMarks = {
  "video.mp4": "mdat",
  "sound.m4a": "mdat",
  "sound.wav": "data",
  "still.png": "IDAT",
  "still.jpg": "\xff\xda",
} as const satisfies Record<TestMediaName, string>;
let anchorsPem: string;

describe.skipIf(!hasSecondImplementation())("the reference library, natively built, says of what we sealed", () => {
  beforeAll(async () => {
    const keys = await testKeys();
    anchorsPem = keys.anchorsPem;
    for (const name of names) {
      await testMedia[name].write(file(name));
      await provenance.seal(testOrder(file(name), testMedia[name].mediaType), keys.credentials, noSignal);
    }
  });
  afterAll(() => provenance.close());

  it.each(names)("%s is trusted with our authority as anchor, and says what was done in order", (name) => {
    const opinion = secondOpinion({ path: `${file(name)}.sealed`, mediaType: testMedia[name].mediaType, anchorsPem });
    expect(opinion).toMatchObject({ state: "Trusted", failures: [] });
    expect(opinion.actions.map(({ action, digitalSourceType }) => [action, digitalSourceType])).toEqual([
      ["c2pa.opened", undefined],
      ["c2pa.edited", composite],
      ["c2pa.edited", composite],
      ["c2pa.dubbed", synthetic],
      ["c2pa.transcoded", undefined],
      ["c2pa.watermarked.bound", undefined],
    ]);
  });

  it.each(names)("%s is valid, of an unknown signer, without the anchor", (name) => {
    const opinion = secondOpinion({
      path: `${file(name)}.sealed`,
      mediaType: testMedia[name].mediaType,
      anchorsPem: "",
    });
    expect(opinion).toMatchObject({ state: "Valid", failures: ["signingCredential.untrusted"] });
  });

  it.each(names)("%s is invalid with one bit changed", async (name) => {
    const bytes = await readFile(`${file(name)}.sealed`);
    bytes[bytes.indexOf(contentMarks[name], 0, "latin1") + 12]! ^= 1;
    await writeFile(file("changed"), bytes);
    const opinion = secondOpinion({ path: file("changed"), mediaType: testMedia[name].mediaType, anchorsPem });
    expect(opinion.state).toBe("Invalid");
    expect(opinion.failures.join()).toMatch(/assertion\.(bmff|data)Hash\.mismatch/);
  });

  it("a source's own credentials stay, and the whole is trusted", async () => {
    const { credentials } = await testKeys();
    const outputPath = file("again.mp4");
    const order = testOrder(file("video.mp4"), "video/mp4", {
      source: { path: `${file("video.mp4")}.sealed` },
      outputPath,
    });
    await provenance.seal(order, credentials, noSignal);
    expect(secondOpinion({ path: outputPath, mediaType: "video/mp4", anchorsPem }).state).toBe("Trusted");
  });

  it("a sidecar is trusted beside its file, and invalid beside a changed one", async () => {
    const { credentials } = await testKeys();
    const path = file("large.mp4");
    await growMp4(file("video.mp4"), path, { type: "what", byteLength: maxEmbeddedBytes });
    const order = testOrder(path, "video/mp4");
    await provenance.seal(order, credentials, noSignal);
    const asked = { path, mediaType: "video/mp4", anchorsPem, sidecarPath: order.sidecarPath };
    expect(secondOpinion(asked)).toMatchObject({ state: "Trusted", failures: [] });
    const handle = await open(path, "r+");
    await handle.write(Buffer.of(1), 0, 1, 1_000_000);
    await handle.close();
    expect(secondOpinion(asked)).toMatchObject({ state: "Invalid", failures: ["assertion.dataHash.mismatch"] });
  });
});
