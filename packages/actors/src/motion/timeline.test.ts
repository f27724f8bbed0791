import { expect, it } from "vitest";
import { talkingTimeline } from "./timeline.js";

const times = Array.from({ length: 300 }, (_, i) => i / 30);

it("talks, blinks, glances and moves, and stays within its ranges", () => {
  const stateAt = talkingTimeline({ seed: 4, durationSeconds: 10 });
  const states = times.map(stateAt);
  expect(Math.max(...states.map((s) => s.jaw))).toBeGreaterThan(0.4);
  expect(Math.min(...states.map((s) => s.jaw))).toBe(0);
  expect(Math.max(...states.map((s) => s.blinkLeft))).toBeGreaterThan(0.95);
  expect(states.filter((s) => s.blinkLeft > 0.5).length).toBeLessThan(50);
  const yaws = states.map((s) => s.yawRadians);
  expect(Math.max(...yaws) - Math.min(...yaws)).toBeGreaterThan(0.1);
  expect(Math.max(...yaws.map(Math.abs))).toBeLessThan(0.45);
});

it("depends on the time alone", () => {
  const a = talkingTimeline({ seed: 4, durationSeconds: 10 });
  const b = talkingTimeline({ seed: 4, durationSeconds: 10 });
  b(9);
  expect(b(3.21)).toEqual(a(3.21));
});

it("follows given mouth shapes", () => {
  const speech = [{ startSeconds: 1, durationSeconds: 0.2, viseme: "o", strength: 1 } as const];
  const stateAt = talkingTimeline({ seed: 1, durationSeconds: 3, speech });
  expect(stateAt(1.1).round).toBeGreaterThan(0.4);
  expect(stateAt(2).jaw).toBe(0);
});
