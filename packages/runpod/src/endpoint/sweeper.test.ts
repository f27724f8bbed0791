import { describe, expect, it } from "vitest";
import { createSweeper } from "./sweeper.js";
import { settingsOf } from "./settings.js";
import { createMemoryStore } from "./stores/memory-store.js";

/** A job that `w` has taken, and a sweeper whose clock the test moves. */
async function openSweeper() {
  const store = createMemoryStore();
  const clock = { now: 0 };
  const lines: string[] = [];
  const settings = settingsOf({
    id: "e",
    keys: ["k"],
    store,
    leaseMs: 30_000,
    maxAttempts: 2,
    now: () => clock.now,
    log: (line) => lines.push(line),
  });
  const times = { createdAt: 0, expiresAt: 1e9, executionTimeoutMs: 1e9, keepResultMs: 1e9 };
  await store.submit({ endpointId: "e", id: "j", input: "1", lowPriority: false, ...times });
  const take = () =>
    store.take("e", [{ workerId: "w", limit: 1 }], { now: clock.now, leaseUntil: clock.now + settings.leaseMs });
  await take();
  const sweep = createSweeper(store, settings);
  const sweepAfter = async (milliseconds: number) => {
    clock.now += milliseconds;
    await sweep();
    return (await store.get("e", "j"))!;
  };
  return { store, lines, take, sweepAfter };
}

describe("a sweep", () => {
  it("takes a job from a worker that was silent for a lease, while we ran", async () => {
    const { sweepAfter, lines } = await openSweeper();
    await sweepAfter(0);
    for (let second = 1; second < 30; second++) expect((await sweepAfter(1_000)).status).toBe("IN_PROGRESS");
    expect(await sweepAfter(1_000)).toMatchObject({ status: "IN_QUEUE", takeovers: 1 });
    expect(lines).toEqual(["Jobs put back into the queue because their workers fell silent: 1."]);
  });

  it("fails it when that has happened too often", async () => {
    const { sweepAfter, take, lines } = await openSweeper();
    await sweepAfter(0);
    for (let second = 0; second < 30; second++) await sweepAfter(1_000);
    await take();
    for (let second = 0; second < 30; second++) await sweepAfter(1_000);
    expect(await sweepAfter(0)).toMatchObject({ status: "FAILED", attempts: 2 });
    expect(lines.at(-1)).toBe("Jobs failed because 2 workers fell silent with them: 1.");
  });

  it.each([
    ["first", 3_600_000, []],
    ["after this machine slept", 3_600_000, [0, 1_000]],
  ])("extends leases first when it is the %s one: nobody could give a sign of life", async (_which, gapMs, before) => {
    const { sweepAfter } = await openSweeper();
    for (const milliseconds of before) await sweepAfter(milliseconds);
    expect((await sweepAfter(gapMs)).status).toBe("IN_PROGRESS");
    for (let second = 1; second < 30; second++) expect((await sweepAfter(1_000)).status).toBe("IN_PROGRESS");
    expect((await sweepAfter(1_000)).status).toBe("IN_QUEUE");
  });

  it("extends leases after the store was away, and when a clock went back", async () => {
    const { sweepAfter, store } = await openSweeper();
    await sweepAfter(0);
    const { sweep } = store;
    store.sweep = () => Promise.reject(new Error("away"));
    for (let second = 0; second < 60; second++) await expect(sweepAfter(1_000)).rejects.toThrow("away");
    store.sweep = sweep;
    expect((await sweepAfter(0)).status).toBe("IN_PROGRESS");
    expect((await sweepAfter(-50_000)).status).toBe("IN_PROGRESS");
  });
});
