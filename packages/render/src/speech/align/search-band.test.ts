import { expect, test } from "vitest";
import { bandAlongSpeech } from "./search-band.js";

const speech = (levels: number[]) => ({ levels: Float32Array.from(levels), speechLevel: -30 });

test("a band waits while nobody speaks, and is at its end when all is said", () => {
  const levels = [...Array<number>(100).fill(-60), ...Array<number>(100).fill(-20)];
  const { starts, width } = bandAlongSpeech(speech(levels), 1000, 40);
  expect(width).toBe(40);
  expect([...new Set(starts.subarray(0, 100))]).toEqual([0]);
  // Half way through the speech, half of the states are said.
  expect(starts[149]).toBe(480);
  expect(starts[199]).toBe(960);
});

test("a short text is searched whole, and silence has a band as well", () => {
  const { starts, width } = bandAlongSpeech(speech(Array<number>(10).fill(-60)), 12, 40);
  expect(width).toBe(12);
  expect(starts).toEqual(new Int32Array(10));
});
