import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { limitPeaks } from "./limit-peaks.js";
import { loudnessOf } from "./loudness.js";
import { truePeakOf } from "./true-peak.js";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;

/** What ffmpeg's meter says of the sound. */
function measuredByFfmpeg(sound: Float32Array, channelCount: number, sampleRateHz: number) {
  const format = ["-f", "f32le", "-ar", `${sampleRateHz}`, "-ac", `${channelCount}`];
  const { stderr } = spawnSync(
    "ffmpeg",
    ["-hide_banner", "-nostats", ...format, "-i", "pipe:0", "-af", "ebur128=peak=true", "-f", "null", "-"],
    { input: Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength), encoding: "utf8" },
  );
  const summary = stderr.slice(stderr.lastIndexOf("Summary:"));
  const [lufs, dbtp] = [/I:\s+(-?[\d.]+) LUFS/, /Peak:\s+(-?[\d.]+) dBFS/].map((line) =>
    Number(line.exec(summary)?.[1]),
  );
  return { lufs: lufs!, dbtp: dbtp! };
}

/** Syllables of a tone and noise, with a pause and a much quieter part, other ones in each channel. */
function unevenSound(channelCount: number, sampleRateHz: number): Float32Array {
  let state = 11;
  const dull = new Float32Array(channelCount);
  return Float32Array.from({ length: 12 * sampleRateHz * channelCount }, (_, i) => {
    state = (state * 48_271) % 2_147_483_647;
    // Noise that falls off towards half the rate, as all recorded sound does.
    dull[i % channelCount] = 0.5 * dull[i % channelCount]! + 0.5 * (state / 2 ** 30 - 1);
    const at = Math.floor(i / channelCount) / sampleRateHz;
    const level = at > 9 ? 0.01 : at > 4 && at < 5.5 ? 0 : 0.4 + 0.3 * (i % channelCount);
    const tone = Math.sin(2 * Math.PI * (180 + 60 * Math.sin(3 * at)) * at);
    return level * Math.max(0, Math.sin(2 * Math.PI * 2.5 * at)) * (tone + dull[i % channelCount]!);
  });
}

test.skipIf(!hasFfmpeg).each([
  [1, 16_000],
  [1, 48_000],
  [2, 22_050],
  [2, 44_100],
  [2, 48_000],
  [2, 96_000],
] as const)("ffmpeg measures the same loudness and peak, of %i channels at %i Hz", (channelCount, sampleRateHz) => {
  const sound = unevenSound(channelCount, sampleRateHz);
  for (const gain of [1, 0.1]) {
    const scaled = sound.map((value) => gain * value);
    const meter = measuredByFfmpeg(scaled, channelCount, sampleRateHz);
    expect(Math.abs(loudnessOf(scaled, { channelCount, sampleRateHz }) - meter.lufs)).toBeLessThan(0.1);
    expect(Math.abs(20 * Math.log10(truePeakOf(scaled, channelCount)) - meter.dbtp)).toBeLessThan(0.4);
  }
  const ceiling = 10 ** (-1 / 20);
  // The standard lets meters be 0.4 dB too low.
  limitPeaks(sound, { channelCount, sampleRateHz, ceiling });
  expect(measuredByFfmpeg(sound, channelCount, sampleRateHz).dbtp).toBeLessThanOrEqual(-0.6);
});
