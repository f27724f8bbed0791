import { describe, expect, it } from "vitest";
import { createInProcessRun, type ProgressEvent } from "./run.js";

describe("the in-process run", () => {
  it("runs steps and children, and passes progress on", async () => {
    const events: ProgressEvent[] = [];
    const run = createInProcessRun({ onProgress: (event) => events.push(event) });
    const value = await run.child("outer", async (inner) => {
      inner.progress({ stage: "swap", done: 1, total: 2, unit: "frames" });
      return inner.step("inner", async () => 41 + 1);
    });
    expect(value).toBe(42);
    expect(events).toEqual([{ stage: "swap", done: 1, total: 2, unit: "frames" }]);
  });

  it("starts nothing after a cancel", async () => {
    const controller = new AbortController();
    const run = createInProcessRun({ signal: controller.signal });
    controller.abort();
    let started = false;
    const step = async () => run.step("late", async () => (started = true));
    await expect(step()).rejects.toThrow(/aborted/);
    expect(started).toBe(false);
  });
});
