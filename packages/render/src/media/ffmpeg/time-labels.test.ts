import { describe, expect, it } from "vitest";
import { TimeLabels } from "./time-labels.js";

describe("TimeLabels", () => {
  it("stands for each packet once, whatever the times are", () => {
    const labels = new TimeLabels<string>();
    const ticks = [-1024, 512, 512, -2048, 512];
    const made = ticks.map((time, at) => labels.add(time, `packet ${at}`));
    expect(new Set(made).size).toBe(ticks.length);
    expect(made.every((label) => label >= 0)).toBe(true);
    expect(made.map((label) => labels.ticksOf(label))).toEqual(ticks);
    expect(made.map((label) => labels.take(label))).toEqual(ticks.map((_, at) => `packet ${at}`));
    expect(labels.take(made[0] ?? 0)).toBeUndefined();
  });

  it("ascends as the times do", () => {
    const labels = new TimeLabels<number>();
    const made = [0, 1, 1, 2, 100].map((time) => labels.add(time, time));
    expect(made).toEqual(made.toSorted((left, right) => left - right));
  });

  it("forgets what never comes back", () => {
    const labels = new TimeLabels<number>();
    const first = labels.add(0, 0);
    for (let time = 1; time < 5000; time++) labels.add(time, time);
    expect(labels.take(first)).toBeUndefined();
    expect(labels.ticksOf(first)).toBe(0);
  });
});
