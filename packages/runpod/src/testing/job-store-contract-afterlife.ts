import { describe, expect, it } from "vitest";
import type { JobStore } from "#endpoint/stores/job-store.js";
import { endpointUnderTest } from "./job-store-fixture.js";

const nothing = { requeued: 0, failed: 0, timedOut: 0, removed: 0 };
const webhook = "https://example.com/hook?secret=1";

/** What sweeps do, and webhooks. */
export function describeAfterlife(given: () => JobStore): void {
  describe("a sweep", () => {
    it("lets a job wait again at its old place when its worker fell silent", async () => {
      const { add, endpointId, get, store, sweep, take } = endpointUnderTest(given());
      const [id, next] = [await add(), await add()];
      await take("silent");
      await store.progress(endpointId, id, "silent", "1", 4_000);
      const { leaseUntil: _, output: _output, ...running } = { ...(await get(id)) };
      expect(await sweep(3_999)).toEqual(nothing);
      expect(await sweep(4_000)).toEqual({ ...nothing, requeued: 1 });
      expect(await get(id)).toEqual({ ...running, status: "IN_QUEUE", takeovers: 1 });
      expect(await store.takeStops(endpointId, "silent")).toEqual([]);
      expect(await take("w", 5_000, 2)).toEqual([id, next]);
      expect(await get(id)).toMatchObject({ attempts: 2, takeovers: 1, workerId: "w" });
    });

    it("fails a job whose workers fell silent too often, and says so", async () => {
      const { add, get, sweep, take } = endpointUnderTest(given());
      const id = await add();
      for (const now of [2_000, 4_000, 6_000]) {
        await take("w", now);
        await sweep(now + 2_000);
      }
      expect(await sweep(8_000)).toEqual(nothing);
      const job = await get(id);
      expect(job).toMatchObject({ status: "FAILED", attempts: 3, takeovers: 2, finishedAt: 8_000 });
      expect(JSON.parse(job?.error ?? "")).toMatch(/^Every worker .* fell silent .*attempts: 3/);
      expect(await take("w", 9_000)).toEqual([]);
    });

    it("ends a job that has used up its execution time, and stops its worker", async () => {
      const { add, endpointId, get, store, sweep, take } = endpointUnderTest(given());
      const id = await add();
      await take("w", 2_000);
      await store.progress(endpointId, id, "w", "1", 90_000);
      expect(await sweep(6_999)).toEqual(nothing);
      expect(await sweep(7_000)).toEqual({ ...nothing, timedOut: 1 });
      const job = await get(id);
      expect(job).toMatchObject({ status: "TIMED_OUT", workerId: "w", startedAt: 2_000, finishedAt: 7_000 });
      expect(job).not.toHaveProperty("output");
      expect(JSON.parse(job?.error ?? "")).toBe("The job ran for longer than its execution timeout of 5000 ms.");
      expect(await store.takeStops(endpointId, "w")).toEqual([id]);
      expect(await store.end(endpointId, id, "w", { status: "COMPLETED" }, 7_500)).toBe("ignored");
      expect(await store.retry(endpointId, id, 8_000)).toMatchObject({ isDone: true });
    });

    it("ends, and does not requeue, a job that is silent and out of time", async () => {
      const { add, get, sweep, take } = endpointUnderTest(given());
      const id = await add();
      await take("w", 2_000);
      expect(await sweep(7_000)).toEqual({ ...nothing, timedOut: 1 });
      expect(await get(id)).toMatchObject({ status: "TIMED_OUT" });
    });

    it("counts execution time from the present attempt", async () => {
      const { add, sweep, take } = endpointUnderTest(given());
      await add({ executionTimeoutMs: 2_500 });
      await take("w", 2_000);
      await sweep(4_000);
      await take("w", 4_400);
      expect(await sweep(5_000)).toEqual(nothing);
    });

    it("forgets a job when its time to live has passed, also while it runs, and stops its worker", async () => {
      const { add, endpointId, get, store, sweep, take } = endpointUnderTest(given());
      const running = await add({ expiresAt: 3_000 });
      await take("w");
      const waiting = await add({ expiresAt: 3_000, webhook });
      expect(await sweep(2_999)).toEqual(nothing);
      expect(await sweep(3_000)).toEqual({ ...nothing, removed: 2 });
      expect(await Promise.all([running, waiting].map(get))).toEqual([undefined, undefined]);
      expect(await store.takeStops(endpointId, "w")).toEqual([running]);
      expect(await store.end(endpointId, running, "w", { status: "COMPLETED" }, 3_100)).toBe("unknown");
      expect(await store.claimWebhooks(endpointId, { now: 9e9, limit: 9, claimedUntil: 9e9 })).toEqual([]);
      expect(await take("w", 3_100)).toEqual([]);
    });

    it("forgets a result when it was kept for its time, or its job's time to live has passed", async () => {
      const { add, endpointId, get, store, sweep, take } = endpointUnderTest(given());
      const [id, short] = [await add(), await add({ expiresAt: 5_000 })];
      await take("w", 2_000, 2);
      await store.addChunk(endpointId, id, "w", { output: "1", maxBytes: 9 }, 4_000);
      for (const each of [id, short]) await store.end(endpointId, each, "w", { status: "COMPLETED" }, 3_000);
      expect(await sweep(5_000)).toEqual({ ...nothing, removed: 1 });
      expect(await get(short)).toBeUndefined();
      expect(await sweep(12_999)).toEqual(nothing);
      expect(await get(id)).toBeDefined();
      expect(await sweep(13_000)).toEqual({ ...nothing, removed: 1 });
      expect(await get(id)).toBeUndefined();
      expect(await store.drainChunks(endpointId, id)).toBeUndefined();
    });

    it("keeps a job that was retried for the rest of its time to live", async () => {
      const { add, endpointId, get, store, sweep, take } = endpointUnderTest(given());
      const id = await add();
      await take("w");
      await store.end(endpointId, id, "w", { status: "FAILED", error: "1" }, 3_000);
      await store.retry(endpointId, id, 4_000);
      expect(await sweep(99_999)).toEqual(nothing);
      expect(await sweep(100_000)).toEqual({ ...nothing, removed: 1 });
      expect(await get(id)).toBeUndefined();
    });

    it("is of one endpoint, and finds nothing to do twice", async () => {
      const [one, other] = [endpointUnderTest(given()), endpointUnderTest(given())];
      for (const { add, take } of [one, other]) {
        for (let count = 0; count < 3; count++) await add();
        await take("w", 2_000, 2);
      }
      expect(await one.sweep(4_000)).toEqual({ ...nothing, requeued: 2 });
      expect(await one.sweep(4_000)).toEqual(nothing);
      expect(await one.sweep(200_000)).toEqual({ ...nothing, removed: 3 });
      expect(await other.sweep(4_000)).toEqual({ ...nothing, requeued: 2 });
    });
  });

  describe("a webhook", () => {
    const claimAt = (store: JobStore, endpointId: string, now: number, limit = 9) =>
      store.claimWebhooks(endpointId, { now, limit, claimedUntil: now + 1_000 });

    it("is due when the job has ended, whatever its end, and only if it has one", async () => {
      const { add, endpointId, get, store, sweep, take } = endpointUnderTest(given());
      const ids = [];
      for (let count = 0; count < 5; count++) ids.push(await add({ webhook }));
      const [won, failed, cancelled, late, waiting] = ids as [string, string, string, string, string];
      const without = await add();
      await take("w", 2_000, 4);
      expect(await claimAt(store, endpointId, 2_500)).toEqual([]);
      await store.end(endpointId, won, "w", { status: "COMPLETED", output: "1" }, 3_001);
      await store.end(endpointId, failed, "w", { status: "FAILED", error: "1" }, 3_002);
      await store.cancel(endpointId, cancelled, 3_003);
      await store.cancel(endpointId, without, 3_003);
      await store.touch(endpointId, "w", [late], { now: 2_000, leaseUntil: 90_000 });
      await sweep(7_000);
      expect(await claimAt(store, endpointId, 3_000)).toEqual([]);
      const due = await claimAt(store, endpointId, 7_000);
      expect(due).toEqual(
        await Promise.all(
          [won, failed, cancelled, late].map(async (id) => ({ job: await get(id), url: webhook, attempt: 1 })),
        ),
      );
      expect(await get(waiting)).toMatchObject({ status: "IN_QUEUE" });
    });

    it("is claimed by one, oldest first, and again by anyone when nobody settles it", async () => {
      const { add, endpointId, store } = endpointUnderTest(given());
      const ids = [await add({ webhook }), await add({ webhook }), await add({ webhook })];
      for (const [index, id] of ids.entries()) await store.cancel(endpointId, id, 3_000 - index);
      const first = await claimAt(store, endpointId, 5_000, 2);
      expect(first.map(({ job }) => job.id)).toEqual([ids[2], ids[1]]);
      expect((await claimAt(store, endpointId, 5_000)).map(({ job }) => job.id)).toEqual([ids[0]]);
      expect(await claimAt(store, endpointId, 5_999)).toEqual([]);
      expect((await claimAt(store, endpointId, 6_000)).map(({ attempt }) => attempt)).toEqual([2, 2, 2]);
    });

    it("is never claimed by two at the same moment", async () => {
      const { add, endpointId, store } = endpointUnderTest(given());
      const ids = await Promise.all(Array.from({ length: 12 }, () => add({ webhook })));
      for (const id of ids) await store.cancel(endpointId, id, 3_000);
      const claims = await Promise.all(ids.map(() => claimAt(store, endpointId, 4_000, 3)));
      const claimed = claims.flat().map(({ job }) => job.id);
      expect(new Set(claimed).size).toBe(claimed.length);
      const rest = await claimAt(store, endpointId, 4_000, 99);
      expect([...claimed, ...rest.map(({ job }) => job.id)].sort()).toEqual([...ids].sort());
    });

    it("is settled for good, or due again later as the next attempt", async () => {
      const { add, endpointId, store } = endpointUnderTest(given());
      const [again, done] = [await add({ webhook }), await add({ webhook })];
      await store.cancel(endpointId, again, 3_000);
      await store.cancel(endpointId, done, 3_000);
      await claimAt(store, endpointId, 3_000);
      await store.settleWebhook(endpointId, done);
      await store.settleWebhook(endpointId, again, 13_000);
      expect(await claimAt(store, endpointId, 12_999)).toEqual([]);
      expect(await claimAt(store, endpointId, 13_000)).toMatchObject([{ job: { id: again }, attempt: 2 }]);
      await store.settleWebhook(endpointId, again);
      expect(await claimAt(store, endpointId, 9e9)).toEqual([]);
    });

    it("that was claimed and not tried is due again as the same attempt", async () => {
      const { add, endpointId, store } = endpointUnderTest(given());
      await store.cancel(endpointId, await add({ webhook }), 3_000);
      const [due] = await claimAt(store, endpointId, 3_000);
      await store.deferWebhook(endpointId, due?.job.id ?? "", 8_000);
      expect(await claimAt(store, endpointId, 7_999)).toEqual([]);
      expect(await claimAt(store, endpointId, 8_000)).toMatchObject([{ attempt: 1 }]);
    });

    it("of an attempt before a retry settles nothing that comes after it", async () => {
      const { add, endpointId, store, take } = endpointUnderTest(given());
      const id = await add({ webhook });
      await take("w");
      await store.end(endpointId, id, "w", { status: "FAILED", error: "1" }, 3_000);
      await claimAt(store, endpointId, 3_000);
      await store.retry(endpointId, id, 3_100);
      await store.settleWebhook(endpointId, id, 3_150);
      expect(await claimAt(store, endpointId, 3_200)).toEqual([]);
      await take("w", 3_200);
      await store.end(endpointId, id, "w", { status: "COMPLETED" }, 3_300);
      await store.settleWebhook(endpointId, id);
      await store.deferWebhook(endpointId, id, 9_000);
      expect(await claimAt(store, endpointId, 3_300)).toMatchObject([{ attempt: 1, job: { status: "COMPLETED" } }]);
    });

    it("that is not settled keeps its job's result, at most until the job's time to live has passed", async () => {
      const { add, endpointId, get, store, sweep } = endpointUnderTest(given());
      const [id, other] = [await add({ webhook }), await add({ webhook })];
      await store.cancel(endpointId, id, 3_000);
      await store.cancel(endpointId, other, 3_000);
      expect(await sweep(50_000)).toEqual(nothing);
      await claimAt(store, endpointId, 50_000, 1);
      await store.settleWebhook(endpointId, id);
      expect(await sweep(50_000)).toEqual({ ...nothing, removed: 1 });
      expect(await get(id)).toBeUndefined();
      expect(await sweep(100_000)).toEqual({ ...nothing, removed: 1 });
    });
  });
}
