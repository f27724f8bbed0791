import { expect, it } from "vitest";
import { giveUpAfterMs, nextAttemptAt, type FailedAttempt } from "./next-attempt.js";

const start = Date.parse("2026-05-01T12:00:00Z");
const giveUpAt = new Date(start + giveUpAfterMs);

/** Seconds from one moment, given in seconds after the start, to the next attempt. */
function pauseAfter(seconds: number, more: Partial<FailedAttempt> = {}): number | undefined {
  const now = new Date(start + seconds * 1_000);
  const next = nextAttemptAt({ giveUpAt, now, random: 0, ...more });
  return next && (next.getTime() - now.getTime()) / 1_000;
}

it.each([0, 0.999])(
  "a message is tried at growing intervals, and for the last time after a day (random: %d)",
  (random) => {
    const pauses: number[] = [];
    for (let seconds = 0.1; ; seconds += pauses.at(-1)!) {
      const pause = pauseAfter(seconds, { random });
      if (pause === undefined) break;
      pauses.push(pause);
    }
    const nominal = [5, 30, 120, 600, 3_600, 10_800, 21_600, 21_600].map((pause) => pause * (1 + 0.2 * random));
    expect(pauses.slice(0, 8)).toEqual(nominal.map((pause) => expect.closeTo(pause, 2) as number));
    expect(0.1 + pauses.reduce((sum, pause) => sum + pause, 0)).toBeCloseTo(86_400, 2);
    expect(pauses.length).toBeLessThanOrEqual(10);
  },
);

it("a receiver may ask for a longer pause, not for a shorter one, nor beyond the day", () => {
  expect(pauseAfter(0, { retryAfterMs: 90_000 })).toBe(90);
  expect(pauseAfter(0, { retryAfterMs: 1_000 })).toBe(5);
  expect(pauseAfter(86_390, { retryAfterMs: 3_600_000 })).toBe(10);
});

it("a message whose day passed while nobody could send it is tried once", () => {
  expect(pauseAfter(90_000)).toBeUndefined();
});
