import { expect, it } from "vitest";
import { createRateLimiter } from "./rate-limit.js";

it("lets so many go on at once, then as many as time earns, for each operation and key apart", () => {
  let now = 0;
  const limiter = createRateLimiter({ run: { requests: 2, windowMs: 10_000, concurrent: 9 } }, () => now);
  const admit = (operation = "run", key = 0) => limiter.admit(operation, key);
  expect([admit(), admit()]).toMatchObject([{ isAdmitted: true }, { isAdmitted: true }]);
  expect(admit()).toEqual({ isAdmitted: false, retryAfterSeconds: 5 });
  expect(admit("run", 1).isAdmitted).toBe(true);
  expect(admit("status").isAdmitted).toBe(true);
  now = 4_999;
  expect(admit()).toEqual({ isAdmitted: false, retryAfterSeconds: 1 });
  now = 5_000;
  expect(admit().isAdmitted).toBe(true);
  expect(admit().isAdmitted).toBe(false);
});

it("counts those that are inside until they leave", () => {
  const limiter = createRateLimiter({ run: { requests: 100, windowMs: 1, concurrent: 1 } }, () => 0);
  const first = limiter.admit("run", 0);
  expect(limiter.admit("run", 0)).toEqual({ isAdmitted: false, retryAfterSeconds: 1 });
  if (first.isAdmitted) first.leave();
  expect(limiter.admit("run", 0).isAdmitted).toBe(true);
});

it("has no limit for an operation that only an object's prototype names", () => {
  expect(createRateLimiter({}, () => 0).admit("constructor", 0).isAdmitted).toBe(true);
});
