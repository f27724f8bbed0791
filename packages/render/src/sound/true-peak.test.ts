import { expect, test } from "vitest";
import { createTruePeakMeter, truePeakOf } from "./true-peak.js";

function sine({
  hz,
  rate = 48_000,
  phase = 0,
  peak = 0.5,
  length = 4800,
}: {
  hz: number;
  rate?: number;
  phase?: number;
  peak?: number;
  length?: number;
}) {
  return Float32Array.from(
    { length },
    (_, i) => peak * Math.sin((2 * Math.PI * hz * i) / rate + (phase * Math.PI) / 180),
  );
}

/** EBU Tech 3341 (2016), cases 15 to 19: +0.2, -0.4 dB. */
test.each([
  ["fs/4, 0 degrees", { hz: 12_000, peak: 0.5 }, -6],
  ["fs/4, 45 degrees", { hz: 12_000, phase: 45, peak: 0.5 }, -6],
  ["fs/6, 60 degrees", { hz: 8000, phase: 60, peak: 0.5 }, -6],
  ["fs/8, 67.5 degrees", { hz: 6000, phase: 67.5, peak: 0.5 }, -6],
  ["fs/4, 45 degrees, over full scale", { hz: 12_000, phase: 45, peak: 1.41 }, 3],
] as const)("EBU Tech 3341: %s", (_, tone, dbtp) => {
  const measured = 20 * Math.log10(truePeakOf(sine(tone), 1));
  expect(measured - dbtp).toBeLessThanOrEqual(0.2);
  expect(measured - dbtp).toBeGreaterThanOrEqual(-0.4);
});

test("never less than the highest sample; of two channels the higher one", () => {
  const low = sine({ hz: 440, peak: 0.1 });
  const high = sine({ hz: 3000, peak: 0.7, phase: 20 });
  const both = Float32Array.from({ length: 2 * low.length }, (_, i) => (i % 2 === 0 ? low : high)[i >> 1]!);
  expect(truePeakOf(both, 2)).toBe(truePeakOf(high, 1));
  expect(truePeakOf(high, 1)).toBeGreaterThanOrEqual(Math.max(...high));
  expect(truePeakOf(Float32Array.of(0.1, -0.9), 1)).toBeCloseTo(0.9, 6);
  expect(truePeakOf(new Float32Array(0), 2)).toBe(0);
});

test("a sound that is cut off has no peak at the cut", () => {
  expect(truePeakOf(new Float32Array(1000).fill(0.5), 1)).toBeLessThan(0.501);
});

test("block by block the same is measured as of all together", () => {
  let seed = 7;
  const noise = Float32Array.from({ length: 6000 }, () => (seed = (seed * 48_271) % 2_147_483_647) / 2 ** 31 - 0.5);
  for (const blockLength of [2, 14, 1024, 4096]) {
    const meter = createTruePeakMeter(2);
    for (let at = 0; at < noise.length; at += blockLength) meter.take(noise.subarray(at, at + blockLength));
    expect(meter.peak()).toBe(truePeakOf(noise, 2));
  }
});
