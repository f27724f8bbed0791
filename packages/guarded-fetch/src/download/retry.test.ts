import { describe, expect, it } from "vitest";
import { GuardedFetchError } from "#errors.js";
import { parseRetryAfter, pauseBeforeRetry } from "./retry.js";

const limits = { attempts: 5, firstPauseMs: 500, maxPauseMs: 3000 };
const passing = new GuardedFetchError("interrupted", "");
const asking = (retryAfterMs: number) => new GuardedFetchError("status", "", { retryable: true, retryAfterMs });

describe("pauseBeforeRetry", () => {
  it("doubles up to the longest pause, half of it at random", () => {
    expect([1, 2, 3, 4].map((failed) => pauseBeforeRetry(passing, failed, limits, 0))).toEqual([250, 500, 1000, 1500]);
    expect([1, 2, 3, 4].map((failed) => pauseBeforeRetry(passing, failed, limits, 1))).toEqual([500, 1000, 2000, 3000]);
  });

  it("waits as long as the server asks, up to the longest pause", () => {
    expect(pauseBeforeRetry(asking(2500), 1, limits, 0)).toBe(2500);
    expect(pauseBeforeRetry(asking(10), 1, limits, 0)).toBe(250);
    expect(pauseBeforeRetry(asking(3001), 1, limits, 0)).toBeUndefined();
  });

  it("gives up after the last attempt and on what will not change", () => {
    expect(pauseBeforeRetry(passing, 5, limits, 0)).toBeUndefined();
    expect(pauseBeforeRetry(new GuardedFetchError("wrong-type", ""), 1, limits, 0)).toBeUndefined();
  });
});

describe("parseRetryAfter", () => {
  const nowMs = Date.parse("Mon, 06 Jul 2026 10:00:00 GMT");

  it.each([
    ["120", 120_000],
    ["0", 0],
    ["Mon, 06 Jul 2026 10:00:30 GMT", 30_000],
    ["Mon, 06 Jul 2026 09:00:00 GMT", 0],
    ["soon", undefined],
    ["99999999999", undefined],
    [undefined, undefined],
  ])("reads %j as %s ms", (text, milliseconds) => {
    expect(parseRetryAfter(text, nowMs)).toBe(milliseconds);
  });
});
