import { describe, expect, it, test } from "vitest";
import type { WorkClock } from "./clock.js";
import { openBudget, splitDeadline, splitInWords, stages } from "./deadline.js";

/** A clock that stands until it is moved. */
function handClock() {
  const timers = new Map<() => void, number>();
  const clock: WorkClock & { ms: number; move(ms: number): void } = {
    ms: 5_000,
    nowMs: () => clock.ms,
    after(ms, action) {
      timers.set(action, clock.ms + ms);
      return () => timers.delete(action);
    },
    pause: async () => undefined,
    move(ms) {
      clock.ms += ms;
      for (const [action, at] of timers) if (at <= clock.ms) action();
    },
  };
  return clock;
}

const silent = (): void => undefined;

const never = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));

test.each([10, 60, 900, 86_400])("the shares of %d s are all of it", (seconds) => {
  const split = splitDeadline(seconds);
  expect(stages.reduce((sum, stage) => sum + split[stage], 0)).toBeCloseTo(seconds, 9);
});

test("the split reads as the log shows it", () => {
  expect(splitInWords(900)).toBe("900 s: download 180, render 585, publish 90, webhook 45");
  expect(splitInWords(10)).toBe("10 s: download 2, render 6.5, publish 1, webhook 0.5");
});

describe("a job's time", () => {
  it("moves on when a stage leaves some over, and never into the webhook's share", async () => {
    const clock = handClock();
    const budget = openBudget(100, clock, silent);
    await budget.run("download", undefined, () => clock.move(1_000));
    expect(await budget.run("render", undefined, ({ remainingMs }) => remainingMs)).toBe(84_000);
    expect(await budget.run("publish", undefined, ({ remainingMs }) => remainingMs)).toBe(94_000);
  });

  it("ends a stage with its name, and leaves the webhook its share", async () => {
    const clock = handClock();
    const budget = openBudget(100, clock, silent);
    const late = budget.run("render", undefined, ({ signal }) => {
      const work = never(signal);
      clock.move(85_000);
      return work;
    });
    await expect(late).rejects.toMatchObject({
      code: "deadline-exceeded",
      message: "The job's render stage was not done after 85 s, of 100 s in all.",
    });
    expect(await budget.run("webhook", undefined, ({ remainingMs }) => remainingMs)).toBe(15_000);
  });

  it("tells what a late stage was at", async () => {
    const clock = handClock();
    const late = openBudget(100, clock, silent).run("download", undefined, ({ signal, workOn }) => {
      workOn("source_video_url");
      const work = never(signal);
      clock.move(20_000);
      return work;
    });
    await expect(late).rejects.toThrow(
      "The job's download stage (source_video_url) was not done after 20 s, of 100 s in all.",
    );
  });

  it("is told in the log: the split, then what each stage took, also of one that failed", async () => {
    const clock = handClock();
    const log: string[] = [];
    const budget = openBudget(100, clock, (message) => log.push(message));
    await budget.run("download", undefined, () => clock.move(1_500));
    await budget.run("render", undefined, () => Promise.reject(new Error("mine"))).catch(() => undefined);
    expect(log).toEqual(["100 s: download 20, render 65, publish 10, webhook 5", "download: 1.5 s", "render: 0.0 s"]);
  });

  it("keeps the result of a stage that ended at the last moment", async () => {
    const clock = handClock();
    const last = openBudget(100, clock, silent).run("download", undefined, () => {
      clock.move(20_000);
      return "done";
    });
    expect(await last).toBe("done");
  });

  it("begins no stage of a cancelled job, except for one that is tried all the same", async () => {
    const budget = openBudget(100, handClock(), silent);
    const cancelled = AbortSignal.abort(new Error("The job was stopped."));
    await expect(budget.run("render", cancelled, () => "done")).rejects.toMatchObject({ code: "cancelled" });
    expect(await budget.run("webhook", undefined, () => "done")).toBe("done");
  });

  it("passes on what the stage itself throws", async () => {
    const budget = openBudget(100, handClock(), silent);
    await expect(budget.run("render", undefined, () => Promise.reject(new Error("mine")))).rejects.toThrow("mine");
  });
});
