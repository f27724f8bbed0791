import { expect, test } from "vitest";
import { createNodeAvIo } from "#media/index.js";
import { writeFixture } from "#media/testing/fixtures.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { readSound } from "./read-sound.js";

const inFolder = useTempFolder();
const io = createNodeAvIo();
const options = { sampleRateHz: 16_000, maxSeconds: 10, signal: new AbortController().signal };

test("two channels of 48 kHz become one of 16 kHz, of the same length and from the same moment", async () => {
  const samples = await readSound(io, await writeFixture("sound-only.m4a", inFolder("sound.m4a")), options);
  expect(Math.abs(samples.length / 16_000 - 2)).toBeLessThan(0.1);
  expect(Math.max(...samples)).toBeGreaterThan(0.02);
  expect(Math.max(...samples)).toBeLessThan(1.01);
});

test("a film without sound, and sound that is too long, are refused", async () => {
  const mute = await writeFixture("mute.mp4", inFolder("mute.mp4"));
  await expect(readSound(io, mute, options)).rejects.toMatchObject({ code: "no-speech" });
  const sound = inFolder("sound.m4a");
  await expect(readSound(io, sound, { ...options, maxSeconds: 1 })).rejects.toMatchObject({
    code: "input-too-long",
    message: "sound.m4a is longer than 1 s.",
  });
});
