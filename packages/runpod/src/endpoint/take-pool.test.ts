import { describe, expect, it } from "vitest";
import type { JobRecord } from "./stores/job-record.js";
import type { Taker } from "./stores/job-store.js";
import { createTakePool } from "./take-pool.js";

const taker = (workerId: string): Taker => ({ workerId, limit: 1 });
const ids = (jobs: readonly JobRecord[]) => jobs.map(({ id }) => id);

/** A queue whose takes the test lets end one by one. */
function controlledQueue() {
  const queue: string[] = [];
  const rounds: string[][] = [];
  const ends: { readonly pass: () => void; readonly fail: () => void }[] = [];
  const pool = createTakePool(async (takers) => {
    rounds.push(takers.map(({ workerId }) => workerId));
    await new Promise<void>((resolve, reject) => ends.push({ pass: resolve, fail: () => reject(new Error("away")) }));
    return takers.map(() => queue.splice(0, 1).map((id) => ({ id }) as JobRecord));
  });
  const settle = async (how: "pass" | "fail" = "pass") => {
    ends.shift()?.[how]();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { pool, queue, rounds, settle };
}

describe("the take pool", () => {
  it("has one take in flight; whoever comes meanwhile is in the next, together", async () => {
    const { pool, queue, rounds, settle } = controlledQueue();
    const polls = ["a", "b", "c"].map((id) => pool.take(taker(id), 60_000, new AbortController().signal));
    expect(rounds).toEqual([["a"]]);
    queue.push("1", "2");
    await settle();
    expect(rounds).toEqual([["a"], ["b", "c"]]);
    await settle();
    expect(ids(await polls[0]!)).toEqual(["1"]);
    expect(ids(await polls[1]!)).toEqual(["2"]);
    pool.close();
    expect(await polls[2]).toEqual([]);
  });

  it("asks for waiting pollers again only when it is woken, the one that has waited longest first", async () => {
    const { pool, queue, rounds, settle } = controlledQueue();
    const first = pool.take(taker("a"), 60_000, new AbortController().signal);
    await settle();
    const second = pool.take(taker("b"), 60_000, new AbortController().signal);
    await settle();
    expect(rounds).toEqual([["a"], ["b"]]);
    queue.push("1");
    pool.wake();
    await settle();
    expect(rounds).toEqual([["a"], ["b"], ["a", "b"]]);
    expect(ids(await first)).toEqual(["1"]);
    pool.close();
    expect(await second).toEqual([]);
  });

  it("looks again when it was woken during a take", async () => {
    const { pool, queue, rounds, settle } = controlledQueue();
    const poll = pool.take(taker("a"), 60_000, new AbortController().signal);
    pool.wake();
    await settle();
    expect(rounds).toHaveLength(2);
    queue.push("1");
    await settle();
    expect(ids(await poll)).toEqual(["1"]);
  });

  it("serves many pollers in rounds until the queue is empty", async () => {
    const { pool, queue, rounds, settle } = controlledQueue();
    const polls = Array.from({ length: 200 }, (_, index) =>
      pool.take(taker(`w${index}`), 60_000, new AbortController().signal),
    );
    queue.push(...Array.from({ length: 200 }, (_, index) => `${index}`));
    for (let round = 0; round < 5; round++) await settle();
    expect(new Set((await Promise.all(polls)).flatMap(ids)).size).toBe(200);
    expect(rounds.map((round) => round.length)).toEqual([1, 64, 64, 64, 7]);
  });

  it("lets a poller go when its time is up or when it has hung up, without asking for it again", async () => {
    const { pool, rounds, settle } = controlledQueue();
    const hangUp = new AbortController();
    const late = pool.take(taker("a"), 1, new AbortController().signal);
    await settle();
    const gone = pool.take(taker("b"), 60_000, hangUp.signal);
    await settle();
    expect(await late).toEqual([]);
    hangUp.abort();
    expect(await gone).toEqual([]);
    expect(await pool.take(taker("c"), 60_000, hangUp.signal)).toEqual([]);
    pool.wake();
    expect(rounds).toEqual([["a"], ["b"]]);
  });

  it("returns a job that was on its way when its poller hung up, so that it can be given back", async () => {
    const { pool, queue, settle } = controlledQueue();
    const hangUp = new AbortController();
    const poll = pool.take(taker("a"), 60_000, hangUp.signal);
    queue.push("1");
    hangUp.abort();
    await settle();
    expect(ids(await poll)).toEqual(["1"]);
  });

  it("keeps its pollers while the store is away, and asks again when it is woken", async () => {
    const { pool, queue, rounds, settle } = controlledQueue();
    const poll = pool.take(taker("a"), 60_000, new AbortController().signal);
    await settle("fail");
    queue.push("1");
    pool.wake();
    await settle();
    expect(rounds).toEqual([["a"], ["a"]]);
    await settle();
    expect(ids(await poll)).toEqual(["1"]);
  });
});
