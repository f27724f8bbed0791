import { describe, expect, it } from "vitest";
import { createNodeAvIo } from "#media/index.js";
import { makeFixture, type FixtureSound } from "#media/node-av/testing/make-fixture.js";
import { ticksToSeconds } from "#media/ticks.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { planRender } from "#plan/index.js";
import { mixSpeech } from "#sound/index.js";
import { stitch, verifyOutput } from "#stitch/index.js";
import { drawMark } from "#stitch/testing/decode-all.js";
import { renderWithoutFace } from "#stitch/testing/render-without-face.js";

const io = createNodeAvIo();
const inFolder = useTempFolder();
const { signal } = new AbortController();

/** Half a second of a vowel at 16 kHz: a tone of 150 Hz with its overtones, in syllables. */
const vowel = Float32Array.from({ length: 8000 }, (_, i) => {
  const tones = [1, 2, 3, 5, 8].reduce((sum, n) => sum + Math.sin((2 * Math.PI * 150 * n * i) / 16_000) / n, 0);
  return 0.2 * tones * Math.sin((Math.PI * i) / 2000) ** 2;
});

/** Mixes the vowel into a film of 8 s at 2 s and at 5 s, stitches and verifies it. */
async function mixInto(name: string, container: "mp4" | "matroska", sound: FixtureSound | undefined) {
  const path = inFolder(name);
  const heard = sound && { sound: { seconds: 8, ...sound } };
  await makeFixture(path, { container, picture: { frameCount: 240 }, ...heard });
  const plain = inFolder(`${name}.plain.mp4`);
  const { source, index, plan, clips } = await renderWithoutFace(io, path, plain, [0.6, 0.8], drawMark, (all, range) =>
    planRender({ index: all, stitch: "smart", swapRanges: [range] }),
  );
  const passages = [2, 5].map((startSeconds) => ({ startSeconds, samples: vowel, sampleRateHz: 16_000 }));
  const { endSeconds } = index;
  const clipPath = inFolder(`${name}.sound`);
  const mixed = await mixSpeech({ io, source, endSeconds, passages, underSpeech: "duck", clipPath, signal });
  const outputPath = inFolder(`${name}.mixed.mp4`);
  await stitch({ io, source, plan, clips, sound: mixed.clip, outputPath });
  const report = await verifyOutput({ io, source, plan, index, clips, sound: mixed.clip, outputPath });
  return { ...mixed, verification: report, before: await hear(plain), after: await hear(outputPath) };
}

/** The first sound track, first channel, from 0:00 on at 48 kHz. */
async function hear(path: string): Promise<Float32Array> {
  const input = await io.openInput(path);
  const track = input.tracks.find(({ kind }) => kind === "audio");
  const heard = new Float32Array(9 * 48_000);
  if (track === undefined) return heard;
  const decoder = input.openSoundDecoder(track.index, 48_000);
  input.select([track.index]);
  for (let isEnded = false; !isEnded;) {
    const packet = await input.read();
    isEnded = packet === undefined;
    await decoder.send(packet);
    for (let block = await decoder.receive(); block !== undefined; block = await decoder.receive()) {
      const at = Math.round(ticksToSeconds(block.ptsTicks, track.timeBase) * 48_000);
      for (let i = 0; i < block.samples.length / decoder.channelCount; i++)
        if (at + i >= 0) heard[at + i] = block.samples[i * decoder.channelCount]!;
    }
  }
  decoder.close();
  input.close();
  return heard;
}

/** Level of a stretch, in decibels of full scale. */
function levelAt(sound: Float32Array, startSeconds: number, endSeconds: number): number {
  const part = sound.subarray(startSeconds * 48_000, endSeconds * 48_000);
  return 10 * Math.log10(part.reduce((sum, value) => sum + value * value, 0) / part.length + 1e-12);
}

describe.each([
  [
    "stereo.mp4",
    "mp4",
    {},
    [
      [0, 1],
      [3.5, 4],
      [6.5, 8],
    ],
  ],
  // Its noise is drawn anew by the decoder, and differs behind a joint.
  ["mono.mp4", "mp4", { channelCount: 1 }, [[0, 1]]],
  [
    "matroska.mkv",
    "matroska",
    {},
    [
      [0, 1],
      [3.5, 4],
      [6.5, 8],
    ],
  ],
] as const)("plain AAC in %s", (name, container, sound, untouched) => {
  it("keeps every packet but those around the speech, and has no seam", async () => {
    const { report, verification, before, after } = await mixInto(name, container, sound);
    expect(report).toMatchObject({ treatment: "spliced", underSpeech: "duck" });
    expect(verification.audioPacketsIdentical).toBe(verification.audioPackets);
    expect(verification.audioPackets).toBeGreaterThan(50);
    expect(verification.audioPacketsMixed).toBe(Math.round((report.encodedSeconds * 48_000) / 1024));
    // A tone is nowhere quiet; what differs beside the speech is what coding it again changes.
    const off = after.map((value, i) => value - before[i]!);
    for (const at of [1.75, 2.8, 4.75, 5.8])
      expect(levelAt(off, at - 0.05, at)).toBeLessThan(levelAt(before, at - 0.05, at) - 12);
    for (const [from, to] of untouched) expect(levelAt(off, from, to)).toBeLessThan(-110);
  });
});

it.each([
  ["opus.mkv", "matroska", { encoder: "libopus" }, "encoded"],
  ["pcm.mkv", "matroska", { encoder: "pcm_s16le", sampleRateHz: 44_100 }, "encoded"],
  ["mute.mp4", "mp4", undefined, "added"],
] as const)("the sound of %s is encoded as a whole, as long as the film", async (name, container, sound, treatment) => {
  const { report, verification, after, before } = await mixInto(name, container, sound);
  expect(report.treatment).toBe(treatment);
  expect(report.encodedSeconds).toBeCloseTo(8, 1);
  expect(verification.audioPackets).toBe(0);
  expect(verification.audioPacketsMixed).toBeGreaterThan(330);
  expect(levelAt(after, 2, 2.5)).toBeGreaterThan(-22);
  // A film without sound had silence at -120 dB.
  expect(Math.abs(levelAt(after, 0.5, 1.5) - levelAt(before, 0.5, 1.5))).toBeLessThan(0.5);
});

it("speaks at -14 LUFS, below full scale, over sound that is 20 dB down", async () => {
  const { report, after, before } = await mixInto("levels.mp4", "mp4", {});
  expect(report.loudnessLufs).toBeGreaterThan(-15);
  expect(report.loudnessLufs).toBeLessThan(-13.5);
  expect(report.truePeakDbtp).toBeLessThan(0);
  expect(after.every((value) => Math.abs(value) < 1)).toBe(true);
  expect(levelAt(after, 2, 2.5)).toBeLessThan(levelAt(before, 2, 2.5) - 3);
});
