import { expect, test } from "vitest";
import { loudnessOf } from "./loudness.js";

/** Stretches of a sine, at a peak level in dB of full scale, in all channels. */
function sines(
  stretches: readonly (readonly [seconds: number, dbfs: number])[],
  sampleRateHz: number,
  channelCount = 2,
  hz = 1000,
): Float32Array {
  const seconds = stretches.reduce((sum, [seconds]) => sum + seconds, 0);
  const sound = new Float32Array(Math.round(seconds * sampleRateHz) * channelCount);
  let at = 0;
  for (const [seconds, dbfs] of stretches) {
    const end = at + Math.round(seconds * sampleRateHz) * channelCount;
    for (; at < end; at++)
      sound[at] = 10 ** (dbfs / 20) * Math.sin((2 * Math.PI * hz * Math.floor(at / channelCount)) / sampleRateHz);
  }
  return sound;
}

const mono = (sampleRateHz: number) => ({ channelCount: 1, sampleRateHz }) as const;
const stereo = (sampleRateHz: number) => ({ channelCount: 2, sampleRateHz }) as const;

test.each([8000, 16_000, 22_050, 44_100, 48_000, 96_000])(
  "BS.1770: 997 Hz at full scale in one channel is -3.01 LUFS, at %i Hz",
  (rate) => {
    const tone = (dbfs: number) => sines([[1, dbfs]], rate, 1, 997);
    expect(loudnessOf(tone(0), mono(rate))).toBeCloseTo(-3.01, 1);
    expect(loudnessOf(tone(-20), mono(rate))).toBeCloseTo(-23.01, 1);
    const left = new Float32Array(2 * rate);
    for (const [i, value] of tone(-20).entries()) left[2 * i] = value;
    expect(loudnessOf(left, stereo(rate))).toBeCloseTo(loudnessOf(tone(-20), mono(rate)), 9);
  },
);

/** EBU Tech 3341 (2016), table 1, cases 1 to 5, at a quarter of their length; the tolerance is theirs. */
test.each([
  ["case 1", [[5, -23]], -23],
  ["case 2", [[5, -33]], -33],
  [
    "case 3",
    [
      [10, -36],
      [60, -23],
      [10, -36],
    ],
    -23,
  ],
  [
    "case 4",
    [
      [10, -72],
      [10, -36],
      [60, -23],
      [10, -36],
      [10, -72],
    ],
    -23,
  ],
  [
    "case 5",
    [
      [20, -26],
      [20.1, -20],
      [20, -26],
    ],
    -23,
  ],
] as const)("EBU Tech 3341, %s", (_, stretches, lufs) => {
  const short = stretches.map(([seconds, dbfs]) => [seconds / 4, dbfs] as const);
  expect(Math.abs(loudnessOf(sines(short, 8000), stereo(8000)) - lufs)).toBeLessThanOrEqual(0.1);
});

test("low sounds weigh less, high ones more, as the K curve says", () => {
  const weightOf = (hz: number) => loudnessOf(sines([[1, -20]], 48_000, 1, hz), mono(48_000)) + 23.01;
  // The curve of the coefficients that the standard prints for 48 kHz, less its value at 997 Hz.
  expect(weightOf(40)).toBeCloseTo(kCurveDb(40) - kCurveDb(997), 1);
  expect(weightOf(100)).toBeCloseTo(kCurveDb(100) - kCurveDb(997), 1);
  expect(weightOf(2000)).toBeCloseTo(kCurveDb(2000) - kCurveDb(997), 1);
  expect(weightOf(10_000)).toBeCloseTo(kCurveDb(10_000) - kCurveDb(997), 1);
});

function kCurveDb(hz: number): number {
  const gain = ([b0, b1, b2]: number[], [a1, a2]: number[]) => {
    const at = (c0: number, c1: number, c2: number) => {
      const turn = (2 * Math.PI * hz) / 48_000;
      const real = c0 + c1 * Math.cos(turn) + c2 * Math.cos(2 * turn);
      return Math.hypot(real, c1 * Math.sin(turn) + c2 * Math.sin(2 * turn));
    };
    return 20 * Math.log10(at(b0!, b1!, b2!) / at(1, a1!, a2!));
  };
  return (
    gain([1.53512485958697, -2.69169618940638, 1.19839281085285], [-1.69065929318241, 0.73248077421585]) +
    gain([1, -2, 1], [-1.99004745483398, 0.99007225036621])
  );
}

test("silence has no loudness, and less than 400 ms is one block", () => {
  expect(loudnessOf(new Float32Array(0), mono(48_000))).toBe(-Infinity);
  expect(loudnessOf(new Float32Array(96_000), stereo(48_000))).toBe(-Infinity);
  expect(loudnessOf(sines([[1, -75]], 48_000, 1), mono(48_000))).toBe(-Infinity);
  expect(loudnessOf(sines([[0.2, -20]], 48_000, 1, 997), mono(48_000))).toBeCloseTo(-23, 0);
  expect(loudnessOf(sines([[0.01, -20]], 48_000, 1, 997), mono(48_000))).toBeGreaterThan(-27);
});
