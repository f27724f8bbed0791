import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createNodeAvIo } from "#media/index.js";
import { makeFixture, type FixtureSound } from "#media/node-av/testing/make-fixture.js";
import { writeFixture } from "#media/testing/fixtures.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { encodeWave } from "#speech/remote/wave.js";
import { readVoiceSample } from "./read-voice-sample.js";

const inFolder = useTempFolder();
const io = createNodeAvIo();
const { signal } = new AbortController();
const text = "What I say.";

/** Syllables of 0.25 s at 150 Hz with overtones, with pauses between them. */
function voiceAt(seconds: number): number {
  const tones = [1, 2, 3, 5].reduce((sum, n) => sum + Math.sin(2 * Math.PI * 150 * n * seconds) / n, 0);
  return (0.4 * tones * Math.max(0, Math.sin(4 * Math.PI * seconds))) / 2;
}

/** A WAV file of 24 kHz. */
async function recording(seconds: number, soundAt: (seconds: number) => number): Promise<string> {
  const samples = Float32Array.from({ length: Math.round(seconds * 24_000) }, (_, i) => soundAt(i / 24_000));
  const path = inFolder("recording.wav");
  await writeFile(path, encodeWave({ samples, sampleRateHz: 24_000 }));
  return path;
}

const peakOf = (samples: Float32Array) => samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const read = (path: string, words = text) => readVoiceSample(io, { path, text: words }, signal);
const refusal = (path: string, words?: string) =>
  read(path, words).then(
    () => "taken",
    ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
  );

describe("a recording of a voice", () => {
  it.each([3, 15])("is taken with %d s, as it is, with its words", async (seconds) => {
    const sample = await read(await recording(seconds, voiceAt), ` ${text}\n`);
    expect(sample).toMatchObject({ sampleRateHz: 24_000, text });
    expect(sample.samples.length).toBe(24_000 * seconds);
    for (const at of [0.05, 1.1, 2.6])
      expect(sample.samples[Math.round(at * 24_000)]).toBeCloseTo(voiceAt(Math.round(at * 24_000) / 24_000), 4);
  });

  it.each<[string, "wav" | "mp4" | "matroska", FixtureSound]>([
    ["two channels of 8 kHz", "wav", { encoder: "pcm_s16le", sampleRateHz: 8000, channelCount: 2, seconds: 4 }],
    ["15 s of AAC", "mp4", { sampleRateHz: 24_000, channelCount: 1, seconds: 15 }],
    ["Opus", "matroska", { encoder: "libopus", channelCount: 1, seconds: 4 }],
    ["MP3", "matroska", { encoder: "libmp3lame", seconds: 4 }],
  ])("may be %s", async (_name, container, sound) => {
    const path = inFolder(`sound.${container}`);
    await makeFixture(path, { container, sound });
    const { samples } = await read(path);
    expect(Math.abs(samples.length / 24_000 - sound.seconds!)).toBeLessThan(0.15);
    expect(peakOf(samples)).toBeGreaterThan(0.3);
  });

  it("may be in noise, and may have peaks that touch full scale", async () => {
    let seed = 7;
    const noise = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647 - 0.5;
    expect(await refusal(await recording(4, (at) => voiceAt(at) + 0.3 * noise()))).toBe("taken");
    const peak = (at: number) => (Math.round(at * 24_000) % 6000 < 2 ? 1 : voiceAt(at));
    expect(await refusal(await recording(4, peak))).toBe("taken");
  });

  it("has no sample above full scale, whatever was in its file", async () => {
    const path = inFolder("float.wav");
    await writeFile(
      path,
      floatWave(96_000, (i) => (i % 2000 === 0 ? 3 : voiceAt(i / 24_000))),
    );
    expect(peakOf((await read(path)).samples)).toBe(1);
  });
});

describe("is refused", () => {
  it.each([
    ["of less than 3 s", 2.9, voiceAt, "has 2\\.9 s; 3 to 15 s are needed"],
    ["of more than 15 s", 15.2, voiceAt, "is longer than 15 s"],
    ["that is empty", 0, voiceAt, "has 0\\.0 s; 3 to 15 s are needed"],
    ["of silence", 4, () => 0, "is silent"],
    ["of a little hiss", 4, (at: number) => 0.003 * Math.sin(9000 * at), "is silent"],
    ["of nothing but an offset", 4, () => 0.3, "is silent"],
    [
      "with a single click",
      4,
      (at: number) => (at > 2 && at < 2.02 ? Math.sin(5000 * at) : 0),
      "is silent but for 0\\.05 s",
    ],
    ["that was far too loud", 4, (at: number) => 8 * voiceAt(at), "is clipped: \\d\\d\\.\\d % of it is at full scale"],
    ["that was too loud", 4, (at: number) => 4 * voiceAt(at), "is clipped: \\d\\.\\d % of it is at full scale"],
  ])("one %s", async (_name, seconds, soundAt, what) => {
    const told = await refusal(await recording(seconds, soundAt));
    expect(told).toMatch(new RegExp(`^bad-voice-sample: The recording of the voice ${what}\\.$`));
  });

  it.each([
    ["no text", "", /has no text/],
    ["a blank one", " \n\t", /has no text/],
    ["no word", "… — 🎉", /has no text/],
    ["far too long a one", "a".repeat(1001), /has a text of 1001 characters, the limit is 1000/],
  ])("one with %s, before it is opened", async (_name, words, message) => {
    const told = await refusal(inFolder("none.wav"), words);
    expect(told).toMatch(/^bad-voice-sample: /);
    expect(told).toMatch(message);
  });

  it("a film without sound, and one that nobody speaks in", async () => {
    expect(await refusal(await writeFixture("mute.mp4", inFolder("mute.mp4")))).toMatch(
      /^bad-voice-sample: .* has no sound/,
    );
    const silent = { container: "wav", sound: { encoder: "pcm_s16le", seconds: 4, isSilent: true } } as const;
    await makeFixture(inFolder("silent.wav"), silent);
    expect(await refusal(inFolder("silent.wav"))).toMatch(/^bad-voice-sample: .* is silent/);
  });

  it("samples that are no numbers", async () => {
    const path = inFolder("broken.wav");
    await writeFile(
      path,
      floatWave(96_000, (i) => (i === 50_000 ? Number.NaN : voiceAt(i / 24_000))),
    );
    expect(await refusal(path)).toMatch(/^bad-voice-sample: .* no numbers/);
  });

  it("what is no sound, or not there", async () => {
    expect(await refusal(inFolder("none.wav"))).toMatch(/^file-missing: /);
    await writeFile(inFolder("text.wav"), "not a sound ".repeat(100));
    expect(await refusal(inFolder("text.wav"))).toMatch(/^bad-voice-sample: .* cannot be read/);
  });

  it("nothing more after a cancel", async () => {
    const path = await recording(4, voiceAt);
    const cancelled = AbortSignal.abort(new Error("enough"));
    await expect(readVoiceSample(io, { path, text }, cancelled)).rejects.toThrow("enough");
  });
});

/** A WAV file of 32-bit floats, 24 kHz. */
function floatWave(count: number, valueAt: (at: number) => number): Uint8Array {
  const bytes = Buffer.from(encodeWave({ samples: new Float32Array(2 * count), sampleRateHz: 24_000 }));
  bytes.writeUInt16LE(3, 20);
  bytes.writeUInt32LE(4 * 24_000, 28);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(32, 34);
  for (let at = 0; at < count; at++) bytes.writeFloatLE(valueAt(at), 44 + 4 * at);
  return bytes;
}
