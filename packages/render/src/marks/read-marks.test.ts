import { open, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createNodeAvIo } from "#media/node-av/node-av-io.js";
import { makeFixture } from "#media/node-av/testing/make-fixture.js";
import { writeFixture, type FixtureName } from "#media/testing/fixtures.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { UnderstudyError } from "#model/errors.js";
import { compareFingerprints } from "./fingerprint-compare.js";
import { createMarkReader } from "./mark-reader.js";
import { readMarks } from "./read-marks.js";

const io = createNodeAvIo();
const inFolder = useTempFolder();
const { signal } = new AbortController();

const refusal = (path: string, settings = { signal }) =>
  readMarks(io, path, settings).then(
    () => "read",
    (error: Error) => (error instanceof UnderstudyError ? error.code : error.name),
  );

describe("readMarks", () => {
  it.each([
    "closed.mp4",
    "vp9-opus.webm",
    "hevc.mp4",
    "rotated.mp4",
    "odd-size.webm",
    "ten-bit.mp4",
  ] as const satisfies FixtureName[])("looks at every second of %s and finds no mark in it", async (name) => {
    const path = await writeFixture(name, inFolder(name));
    const marks = await readMarks(io, path, { signal });
    expect(marks.watermark.found).toBe(false);
    expect(marks.fingerprint.hashes.length * marks.fingerprint.stepSeconds).toBeCloseTo(name === "closed.mp4" ? 3 : 2);
  });

  it("gives fingerprints by which a film is found again", async () => {
    const [path, other] = [inFolder("film.mp4"), inFolder("small.mp4")];
    await makeFixture(path, { picture: { frameCount: 90 } });
    await makeFixture(other, { picture: { frameCount: 90, options: { crf: 35 } } });
    const kept = (await readMarks(io, path, { signal })).fingerprint;
    const { lookupFingerprints } = await readMarks(io, other, { signal });
    expect(compareFingerprints(lookupFingerprints, kept)).toMatchObject({ offsetSeconds: 0, comparedSamples: 12 });
    expect(compareFingerprints(lookupFingerprints, kept).similarity).toBeGreaterThan(0.95);
  });

  it("tells how far it is, and when it is done", async () => {
    const path = await writeFixture("mute.mp4", inFolder("mute.mp4"));
    const calls: (readonly [number, number])[] = [];
    await readMarks(io, path, { signal, onProgress: (done, total) => calls.push([done, total]) });
    expect(calls.at(0)).toEqual([1, 60]);
    expect(calls.at(-1)).toEqual([60, 60]);
    expect(calls.slice(0, -1).every(([done, total]) => done <= total)).toBe(true);
  });

  it("reads what it can of a damaged film", async () => {
    const path = await writeFixture("transport.ts", inFolder("damaged.ts"));
    const file = await open(path, "r+");
    const { size } = await file.stat();
    await file.write(Buffer.alloc(Math.floor(size / 4), 0x5a), 0, undefined, Math.floor(size / 2));
    await file.close();
    const { hashes } = (await readMarks(io, path, { signal })).fingerprint;
    expect(hashes.length).toBeGreaterThan(0);
  });

  it("refuses what has no picture, what is no film, and what is not there", async () => {
    const sound = await writeFixture("sound-only.m4a", inFolder("sound.m4a"));
    await writeFile(inFolder("text.mp4"), "not a film");
    expect(await refusal(sound)).toBe("no-video-track");
    expect(await refusal(inFolder("text.mp4"))).toBe("unreadable-media");
    expect(await refusal(inFolder("missing.mp4"))).toBe("file-missing");
  });

  it("stops when it is told to", async () => {
    const path = await writeFixture("mute.mp4", inFolder("stopped.mp4"));
    expect(await refusal(path, { signal: AbortSignal.abort() })).toBe("AbortError");
  });
});

describe("createMarkReader", () => {
  it("says of a film without a frame that there is nothing", () => {
    const { watermark, fingerprint } = createMarkReader({ rotation: 0 }).finish();
    expect(watermark.found).toBe(false);
    expect(fingerprint.hashes).toEqual([]);
  });
});
