import { expect, it } from "vitest";
import { createRateLimiter, rateHeaders } from "./rate-limit.js";

function openLimiter() {
  const clock = { ms: 0 };
  const limiter = createRateLimiter(() => clock.ms);
  const admitted = (name: string, limit: number, count: number) =>
    Array.from({ length: count }, () => limiter.take(name, limit)).filter(({ isAdmitted }) => isAdmitted).length;
  return { clock, limiter, admitted };
}

it("lets a minute's requests through at once, and then one each time one has been earned", () => {
  const { clock, limiter, admitted } = openLimiter();
  expect(admitted("a", 60, 100)).toBe(60);
  expect(limiter.take("a", 60)).toEqual({ isAdmitted: false, limit: 60, remaining: 0, waitSeconds: 1 });
  clock.ms += 999;
  expect(admitted("a", 60, 2)).toBe(0);
  clock.ms += 1;
  expect(admitted("a", 60, 2)).toBe(1);
  clock.ms += 3_600_000;
  expect(admitted("a", 60, 100)).toBe(60);
});

it("says how long to wait: whoever waits so long is let through", () => {
  const { clock, limiter } = openLimiter();
  limiter.take("a", 1);
  const { isAdmitted, waitSeconds } = limiter.take("a", 1);
  expect([isAdmitted, waitSeconds]).toEqual([false, 60]);
  clock.ms += waitSeconds * 1000;
  expect(limiter.take("a", 1).isAdmitted).toBe(true);
});

it("counts everybody for themselves", () => {
  const { admitted } = openLimiter();
  expect(admitted("a", 3, 5)).toBe(3);
  expect(admitted("b", 3, 5)).toBe(3);
});

it("takes a smaller limit from the next request on", () => {
  const { admitted } = openLimiter();
  expect(admitted("a", 100, 10)).toBe(10);
  expect(admitted("a", 5, 10)).toBe(5);
});

it("keeps counting who is over the limit when many others come", () => {
  const { clock, limiter, admitted } = openLimiter();
  admitted("a", 2, 2);
  for (let i = 0; i < 12_000; i++) {
    clock.ms += 1;
    limiter.take(`address ${i}`, 60_000);
  }
  expect(admitted("a", 2, 1)).toBe(0);
});

it("speaks in the fields of the draft", () => {
  const { limiter } = openLimiter();
  expect(rateHeaders(limiter.take("a", 1))).toEqual({
    "ratelimit-policy": '"minute";q=1;w=60',
    ratelimit: '"minute";r=0;t=60',
  });
  expect(rateHeaders(limiter.take("a", 1))).toMatchObject({ "retry-after": "60" });
});
