import { describe, expect, it } from "vitest";
import type { JobEnd } from "#endpoint/stores/job-record.js";
import type { JobStore } from "#endpoint/stores/job-store.js";
import { endpointUnderTest } from "./job-store-fixture.js";

const success: JobEnd = { status: "COMPLETED", output: "1" };
const failure: JobEnd = { status: "FAILED", error: '"no"' };

/** How jobs run and end. */
export function describeLife(given: () => JobStore): void {
  describe("a job's life", () => {
    it.each([
      [success, { output: "1" }],
      [{ status: "COMPLETED" } as const, {}],
      [failure, { error: '"no"' }],
      [
        { ...failure, output: "[]" },
        { error: '"no"', output: "[]" },
      ],
    ])("ends as its worker says, once: %j", async (end, result) => {
      const { add, endpointId, get, store, take } = endpointUnderTest(given());
      const id = await add();
      await take("w");
      await store.progress(endpointId, id, "w", '"half"', 5_000);
      const { leaseUntil: _, output: _output, ...running } = { ...(await get(id)) };
      expect(await store.end(endpointId, id, "w", end, 3_000.5)).toBe("ended");
      const ended = { ...running, status: end.status, finishedAt: 3_000.5, ...result };
      expect(await get(id)).toEqual(ended);
      for (const later of [success, failure]) {
        expect(await store.end(endpointId, id, "w", later, 4_000)).toBe("ignored");
      }
      expect(await store.cancel(endpointId, id, 4_000)).toEqual({ isDone: false, job: ended });
      expect(await store.progress(endpointId, id, "w", "2", 9_000)).toBe(false);
      expect(await store.addChunk(endpointId, id, "w", { output: "1", maxBytes: 9 }, 9_000)).toBe(false);
      await store.touch(endpointId, "w", [id], { now: 2_000, leaseUntil: 9_000 });
      await store.extendLeases(endpointId, 9_000);
      await store.giveBack(endpointId, id, "w");
      expect(await get(id)).toEqual(ended);
    });

    it("holds a result of 20 MB", async () => {
      const { add, endpointId, get, store, take } = endpointUnderTest(given());
      const id = await add();
      await take("w");
      const output = JSON.stringify("x".repeat(20_000_000));
      expect(await store.end(endpointId, id, "w", { status: "COMPLETED", output }, 3_000)).toBe("ended");
      expect((await get(id))?.output === output).toBe(true);
    });

    it("takes a success from a worker that lost the job, and tells the one that has it to stop", async () => {
      const { add, endpointId, get, store, sweep, take } = endpointUnderTest(given());
      const id = await add();
      await take("slow");
      await sweep(4_000);
      await take("next", 5_000);
      expect(await store.end(endpointId, id, "slow", failure, 5_100)).toBe("ignored");
      expect(await store.progress(endpointId, id, "slow", "1", 9_000)).toBe(false);
      expect(await store.addChunk(endpointId, id, "slow", { output: "1", maxBytes: 9 }, 9_000)).toBe(false);
      expect(await store.end(endpointId, id, "slow", success, 5_200)).toBe("ended");
      expect(await get(id)).toMatchObject({ status: "COMPLETED", output: "1", workerId: "slow", finishedAt: 5_200 });
      expect(await store.takeStops(endpointId, "next")).toEqual([id]);
      expect(await store.takeStops(endpointId, "slow")).toEqual([]);
    });

    it("takes a success from a worker that lost the job to nobody, and stops nobody", async () => {
      const { add, endpointId, store, sweep, take } = endpointUnderTest(given());
      const id = await add();
      await take("slow");
      await sweep(4_000);
      expect(await store.end(endpointId, id, "slow", failure, 5_100)).toBe("ignored");
      expect(await store.end(endpointId, id, "slow", success, 5_200)).toBe("ended");
      expect(await take("next", 6_000)).toEqual([]);
      expect(await store.takeStops(endpointId, "slow")).toEqual([]);
    });

    it("keeps the last progress while the job runs, as a sign of life", async () => {
      const { add, endpointId, get, store, take } = endpointUnderTest(given());
      const id = await add();
      expect(await store.progress(endpointId, id, "w", "0", 3_000)).toBe(false);
      await take("w");
      expect(await store.progress(endpointId, id, "w", "1", 5_000)).toBe(true);
      expect(await store.progress(endpointId, id, "w", "2", 4_500)).toBe(true);
      expect(await get(id)).toMatchObject({ output: "2", leaseUntil: 5_000 });
    });

    it("extends the leases of the jobs that a worker has, and shortens none", async () => {
      const { add, endpointId, get, store, take } = endpointUnderTest(given());
      const [mine, silent, theirs] = [await add(), await add(), await add()];
      await take("w", 2_000, 2);
      await take("other");
      await store.touch(endpointId, "w", [mine, theirs, "nobody"], { now: 2_000, leaseUntil: 7_000 });
      await store.touch(endpointId, "w", [mine], { now: 2_000, leaseUntil: 6_000 });
      await store.touch(endpointId, "w", [], { now: 2_000, leaseUntil: 9_000 });
      expect(await Promise.all([mine, silent, theirs].map(get))).toMatchObject([
        { leaseUntil: 7_000 },
        { leaseUntil: 4_000 },
        { leaseUntil: 4_000 },
      ]);
      await store.extendLeases(endpointId, 5_000);
      expect(await Promise.all([mine, silent, theirs].map(get))).toMatchObject([
        { leaseUntil: 7_000 },
        { leaseUntil: 5_000 },
        { leaseUntil: 5_000 },
      ]);
    });

    it("tells a worker again to stop a job that is its business no longer, as often as it names it", async () => {
      const { add, endpointId, store, sweep, take } = endpointUnderTest(given());
      const taken = async (over?: Parameters<typeof add>[0]) => {
        const id = await add(over);
        await take("w");
        return id;
      };
      const [theirs, theirEnd] = [await taken(), await taken()];
      await sweep(4_000);
      await take("other", 4_000, 2);
      await store.end(endpointId, theirEnd, "other", success, 4_500);
      const [cancelled, timedOut, gone] = [
        await taken(),
        await taken({ executionTimeoutMs: 1_000 }),
        await taken({ expiresAt: 4_600 }),
      ];
      await store.cancel(endpointId, cancelled, 4_600);
      await store.touch(endpointId, "other", [theirs], { now: 4_600, leaseUntil: 9_000 });
      await sweep(4_600);
      await store.takeStops(endpointId, "w");
      const lost = [theirs, theirEnd, cancelled, timedOut, gone, "nobody"];
      for (const now of [4_700, 4_800]) {
        await store.touch(endpointId, "w", [...lost, cancelled], { now, leaseUntil: now + 2_000 });
        await store.touch(endpointId, "w", lost, { now, leaseUntil: now + 2_000 });
        expect([...(await store.takeStops(endpointId, "w"))].sort()).toEqual([...lost].sort());
        expect(await store.takeStops(endpointId, "w")).toEqual([]);
      }
      expect(await store.takeStops(endpointId, "other")).toEqual([]);
    });

    it("stops no worker that names a job which it has, which it ended itself, or which waits again", async () => {
      const { add, endpointId, store, sweep, take } = endpointUnderTest(given());
      const [won, failed, waiting] = [await add(), await add(), await add()];
      await take("w", 2_000, 3);
      await store.end(endpointId, won, "w", success, 3_000);
      await store.end(endpointId, failed, "w", failure, 3_000);
      await store.touch(endpointId, "w", [won, failed, waiting], { now: 3_500, leaseUntil: 3_900 });
      expect(await store.takeStops(endpointId, "w")).toEqual([]);
      expect(await sweep(4_000)).toMatchObject({ requeued: 1 });
      await store.touch(endpointId, "w", [won, failed, waiting], { now: 4_100, leaseUntil: 6_000 });
      expect(await store.takeStops(endpointId, "w")).toEqual([]);
    });

    it("forgets a stop to a job that nobody knows, when its worker never asks for it", async () => {
      const { endpointId, store, sweep } = endpointUnderTest(given());
      await store.touch(endpointId, "w", ["nobody"], { now: 1_000, leaseUntil: 3_000 });
      await store.touch(endpointId, "w", ["nobody"], { now: 9_000, leaseUntil: 11_000 });
      await sweep(3_601_000);
      expect(await store.takeStops(endpointId, "w")).toEqual([]);
    });

    it("cancels a job that waits", async () => {
      const { add, endpointId, get, store, take } = endpointUnderTest(given());
      const id = await add();
      const before = await get(id);
      const job = { ...before, status: "CANCELLED", finishedAt: 3_000 };
      expect(await store.cancel(endpointId, id, 3_000)).toEqual({ isDone: true, job });
      expect(await get(id)).toEqual(job);
      expect(await take("w")).toEqual([]);
    });

    it("cancels a job that runs, and tells its worker to stop, once", async () => {
      const { add, endpointId, store, take } = endpointUnderTest(given());
      const [id, other] = [await add(), await add()];
      await take("w", 2_000, 2);
      await store.progress(endpointId, id, "w", "1", 9_000);
      const outcome = await store.cancel(endpointId, id, 3_000);
      expect(outcome).toMatchObject({ isDone: true, job: { status: "CANCELLED", workerId: "w", finishedAt: 3_000 } });
      expect(outcome?.job).not.toHaveProperty("output");
      expect(outcome?.job).not.toHaveProperty("leaseUntil");
      await store.cancel(endpointId, other, 3_000);
      expect([...(await store.takeStops(endpointId, "w"))].sort()).toEqual([id, other].sort());
      expect(await store.takeStops(endpointId, "w")).toEqual([]);
      expect(await store.end(endpointId, id, "w", success, 4_000)).toBe("ignored");
    });

    it("does not stop a worker that was given the job anew", async () => {
      const { add, endpointId, store, sweep, take } = endpointUnderTest(given());
      const id = await add();
      await take("w");
      await store.touch(endpointId, "w", [id], { now: 2_000, leaseUntil: 90_000 });
      await sweep(7_000);
      await store.retry(endpointId, id, 8_000);
      expect(await take("w", 9_000)).toEqual([id]);
      expect(await store.takeStops(endpointId, "w")).toEqual([]);
    });

    it("drops a stop that its worker never asked for", async () => {
      const { add, endpointId, store, sweep, take } = endpointUnderTest(given());
      const id = await add({ expiresAt: 9e6 });
      await take("w");
      await store.cancel(endpointId, id, 3_000);
      await sweep(3_602_999);
      expect(await store.takeStops(endpointId, "w")).toEqual([id]);
      await store.retry(endpointId, id, 4_000);
      const next = await add({ expiresAt: 9e6 });
      await take("w");
      await store.cancel(endpointId, next, 3_000);
      await sweep(3_603_000);
      expect(await store.takeStops(endpointId, "w")).toEqual([]);
    });

    it("puts a job that failed back at the end of the queue, as if it had just come in", async () => {
      const { add, endpointId, get, store, take } = endpointUnderTest(given());
      const id = await add({ webhook: "https://example.com/" });
      const fresh = await get(id);
      await take("w");
      await store.addChunk(endpointId, id, "w", { output: "1", sequence: 0, maxBytes: 99 }, 9_000);
      await store.end(endpointId, id, "w", { ...failure, output: "1" }, 3_000);
      const next = await add();
      const job = { ...fresh, createdAt: 4_000 };
      expect(await store.retry(endpointId, id, 4_000)).toEqual({ isDone: true, job });
      expect(await get(id)).toEqual(job);
      expect(await store.drainChunks(endpointId, id)).toEqual({ status: "IN_QUEUE", chunks: [] });
      expect(await store.claimWebhooks(endpointId, { now: 9_000, limit: 9, claimedUntil: 10_000 })).toEqual([]);
      expect(await take("w", 5_000, 2)).toEqual([next, id]);
      expect(await get(id)).toMatchObject({ attempts: 1, startedAt: 5_000 });
      await store.addChunk(endpointId, id, "w", { output: "2", sequence: 0, maxBytes: 99 }, 9_000);
      expect((await store.drainChunks(endpointId, id))?.chunks).toEqual(["2"]);
    });

    it("retries no job that waits, runs, has succeeded or was cancelled", async () => {
      const { add, endpointId, get, store, take } = endpointUnderTest(given());
      const [succeeded, running, cancelled, waiting] = [await add(), await add(), await add(), await add()];
      await take("w", 2_000, 2);
      await store.end(endpointId, succeeded, "w", success, 3_000);
      await store.cancel(endpointId, cancelled, 3_000);
      for (const id of [succeeded, running, cancelled, waiting]) {
        const job = await get(id);
        expect(await store.retry(endpointId, id, 4_000)).toEqual({ isDone: false, job });
        expect(await get(id)).toEqual(job);
      }
    });

    it("gives the jobs of a worker that is gone to others at once", async () => {
      const { add, endpointId, get, store, take } = endpointUnderTest(given());
      const [id, next, theirs] = [await add(), await add(), await add()];
      await take("gone", 2_000, 2);
      await take("other");
      await store.progress(endpointId, id, "gone", "1", 9_000);
      const { leaseUntil: _, output: _output, ...running } = { ...(await get(id)) };
      await store.abandon(endpointId, "gone", { now: 2_100, maxAttempts: 3 });
      expect(await get(id)).toEqual({ ...running, status: "IN_QUEUE", takeovers: 1 });
      expect(await get(theirs)).toMatchObject({ status: "IN_PROGRESS" });
      expect(await take("w", 2_200, 5)).toEqual([id, next]);
      await store.abandon(endpointId, "w", { now: 2_300, maxAttempts: 2 });
      expect(await get(id)).toMatchObject({ status: "FAILED", attempts: 2, takeovers: 1, finishedAt: 2_300 });
    });
  });
}
