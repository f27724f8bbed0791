import { describe, expect, it } from "vitest";
import type { JobStore } from "#endpoint/stores/job-store.js";
import { endpointUnderTest, freshName, newJob } from "./job-store-fixture.js";

const oddTexts = [
  '"a\\u0000b"',
  '"\\ud800 alone"',
  '"ünïcödé 🎬 \u2028"',
  '"\'; drop table job; --"',
  '"$1 %s \\\\ \\n"',
  '{"b":1,"a":2,"a":3,"n":1.0e2}',
  "null",
  "[]",
];

/** How jobs come in and are handed out. */
export function describeQueue(given: () => JobStore): void {
  describe("the queue", () => {
    it("keeps a new job as it came, and waits with it", async () => {
      const job = newJob(freshName("endpoint"), { webhook: "https://example.com/h?k=1", passedOn: '{"s3Config":{}}' });
      const record = { ...job, status: "IN_QUEUE", attempts: 0, takeovers: 0 };
      expect(await given().submit(job)).toEqual({ job: record, isNew: true });
      expect(await given().get(job.endpointId, job.id)).toEqual(record);
    });

    it("knows nothing of a job that never came", async () => {
      const { store, endpointId, add } = endpointUnderTest(given());
      await add();
      for (const id of ["nobody", "", "' or true --", "../x", "%", "job\\"]) {
        expect(await store.get(endpointId, id)).toBeUndefined();
        expect(await store.end(endpointId, id, "w", { status: "COMPLETED" }, 1)).toBe("unknown");
        expect(await store.drainChunks(endpointId, id)).toBeUndefined();
        expect(await store.cancel(endpointId, id, 1)).toBeUndefined();
        expect(await store.retry(endpointId, id, 1)).toBeUndefined();
        expect(await store.progress(endpointId, id, "w", "1", 1)).toBe(false);
        expect(await store.addChunk(endpointId, id, "w", { output: "1", maxBytes: 9 }, 1)).toBe(false);
        await store.giveBack(endpointId, id, "w");
        await store.settleWebhook(endpointId, id);
        await store.deferWebhook(endpointId, id, 1);
        await store.touch(endpointId, "w", [id], { now: 2_000, leaseUntil: 1 });
      }
      expect(await store.counts(endpointId)).toMatchObject({ inQueue: 1 });
    });

    it("keeps every JSON text as it was written", async () => {
      const { store, endpointId, add, take, get } = endpointUnderTest(given());
      for (const text of oddTexts) {
        const id = await add({ input: text, passedOn: `{"x":${text}}` });
        await take("w");
        await store.progress(endpointId, id, "w", text, 9_000);
        expect(await get(id)).toMatchObject({ input: text, passedOn: `{"x":${text}}`, output: text });
        await store.addChunk(endpointId, id, "w", { output: text, maxBytes: 99 }, 9_000);
        expect((await store.drainChunks(endpointId, id))?.chunks).toEqual([text]);
        await store.end(endpointId, id, "w", { status: "FAILED", error: text, output: text }, 3_000);
        expect(await get(id)).toMatchObject({ status: "FAILED", error: text, output: text });
      }
    });

    it("writes NUL and half a surrogate pair as the escapes that mean the same", async () => {
      const { store, endpointId, add, take, get } = endpointUnderTest(given());
      const id = await add({ input: '"\0\ud800x\udc00🎬"' });
      await take("w");
      await store.end(endpointId, id, "w", { status: "COMPLETED", output: '"\udfff"' }, 3_000);
      expect(await get(id)).toMatchObject({ input: String.raw`"\u0000\ud800x\udc00🎬"`, output: String.raw`"\udfff"` });
    });

    it("finds jobs by ids of any kind", async () => {
      const { take, add, get } = endpointUnderTest(given());
      for (const id of ["sync-1-l1", "a'b\"c", "%_\\", "ü 🎬", "A", "a", "$1", " x ", "x".repeat(128)]) {
        await add({ id });
        expect(await take("o'worker; --")).toEqual([id]);
        expect(await get(id)).toMatchObject({ id, workerId: "o'worker; --" });
      }
    });

    it("refuses a second job of the same id", async () => {
      const { add, get } = endpointUnderTest(given());
      const id = await add();
      await expect(add({ id, input: "2" })).rejects.toThrow(Error);
      expect(await get(id)).toMatchObject({ input: '{"n":1}' });
    });

    it("gives the same job for the same idempotency key, also when both come at the same moment", async () => {
      const { store, endpointId } = endpointUnderTest(given());
      const jobs = ["1", "2", "3"].map((input) => newJob(endpointId, { input, idempotencyKey: "k" }));
      const replies = await Promise.all(jobs.map((job) => store.submit(job)));
      expect(replies.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(replies.map(({ job }) => job.id)).size).toBe(1);
      expect(replies[1]?.job).toEqual(replies[0]?.job);
      expect(await store.counts(endpointId)).toMatchObject({ inQueue: 1 });
    });

    it("gives the same job for a key in whatever state it is, and a new one when it is gone", async () => {
      const { store, endpointId, add, take, sweep } = endpointUnderTest(given());
      const id = await add({ idempotencyKey: "k" });
      await take("w");
      await store.end(endpointId, id, "w", { status: "COMPLETED", output: "7" }, 3_000);
      const again = await store.submit(newJob(endpointId, { idempotencyKey: "k" }));
      expect(again).toMatchObject({ isNew: false, job: { id, status: "COMPLETED", output: "7" } });
      await sweep(13_000);
      const fresh = await store.submit(newJob(endpointId, { idempotencyKey: "k" }));
      expect(fresh).toMatchObject({ isNew: true, job: { status: "IN_QUEUE" } });
      await store.purge(endpointId);
      expect(await store.submit(newJob(endpointId, { idempotencyKey: "k" }))).toMatchObject({ isNew: true });
    });

    it("hands out the oldest job first, and low priority last", async () => {
      const { add, take } = endpointUnderTest(given());
      const low = await add({ lowPriority: true });
      const [one, two, three] = [await add(), await add(), await add()];
      expect(await take("w", 2_000, 2)).toEqual([one, two]);
      expect(await take("w", 2_000, 5)).toEqual([three, low]);
      expect(await take("w")).toEqual([]);
    });

    it("gives each job a worker, a lease and one more attempt", async () => {
      const { add, get, take, store, endpointId } = endpointUnderTest(given());
      const id = await add();
      const times = { now: 2_000.25, leaseUntil: 4_000.5 };
      const [[job] = []] = await store.take(endpointId, [{ workerId: "w", limit: 1 }], times);
      const changes = { status: "IN_PROGRESS", workerId: "w", startedAt: 2_000.25, leaseUntil: 4_000.5, attempts: 1 };
      expect(job).toMatchObject({ id, ...changes });
      expect(await get(id)).toEqual(job);
      expect(await take("other")).toEqual([]);
    });

    it("serves many takers at once by turns, in their order", async () => {
      const { add, endpointId, store } = endpointUnderTest(given());
      const ids = [await add(), await add(), await add(), await add(), await add()];
      const takers = [
        { workerId: "a", limit: 3 },
        { workerId: "b", limit: 1 },
        { workerId: "a", limit: 1 },
        { workerId: "c", limit: 0 },
      ];
      const lists = await store.take(endpointId, takers, { now: 2_000, leaseUntil: 4_000 });
      expect(lists.map((list) => list.map(({ id }) => id))).toEqual([[ids[0], ids[3], ids[4]], [ids[1]], [ids[2]], []]);
      expect(lists.flat().map(({ workerId }) => workerId)).toEqual(["a", "a", "a", "b", "a"]);
      expect(await store.take(endpointId, takers, { now: 2_000, leaseUntil: 4_000 })).toEqual([[], [], [], []]);
      expect(await store.take(endpointId, [], { now: 2_000, leaseUntil: 4_000 })).toEqual([]);
    });

    it("never hands one job to two of sixteen takers that ask at the same moment", async () => {
      const { add, take } = endpointUnderTest(given());
      const ids = await Promise.all(Array.from({ length: 60 }, () => add()));
      const workers = Array.from({ length: 16 }, (_, index) => `w${index}`);
      const taken = await Promise.all(
        workers.map(async (workerId) => {
          const mine: string[] = [];
          for (let list = await take(workerId); list.length > 0; list = await take(workerId)) mine.push(...list);
          return mine;
        }),
      );
      expect(taken.flat().sort()).toEqual([...ids].sort());
    });

    it("hands out no job whose time has passed", async () => {
      const { add, take } = endpointUnderTest(given());
      await add({ expiresAt: 50_000 });
      const id = await add({ expiresAt: 50_001 });
      expect(await take("w", 50_000, 5)).toEqual([id]);
    });

    it("takes back a job that never reached its taker, attempt included, at its old place", async () => {
      const { add, endpointId, get, store, take } = endpointUnderTest(given());
      const id = await add();
      const next = await add();
      const before = await get(id);
      await take("w");
      await store.giveBack(endpointId, id, "other");
      expect(await get(id)).toMatchObject({ status: "IN_PROGRESS" });
      await store.giveBack(endpointId, id, "w");
      expect(await get(id)).toEqual(before);
      await store.giveBack(endpointId, id, "w");
      expect(await take("w", 2_000, 2)).toEqual([id, next]);
      expect(await get(id)).toMatchObject({ attempts: 1 });
    });

    it("removes every waiting job at a purge, and no other", async () => {
      const { add, endpointId, get, store, take } = endpointUnderTest(given());
      const running = await add();
      await take("w");
      const waiting = [await add(), await add({ lowPriority: true })];
      expect(await store.purge(endpointId)).toBe(2);
      expect(await Promise.all(waiting.map(get))).toEqual([undefined, undefined]);
      expect(await get(running)).toMatchObject({ status: "IN_PROGRESS" });
      expect(await store.purge(endpointId)).toBe(0);
    });

    it("counts jobs by state, and what was ever done", async () => {
      const { add, endpointId, store, sweep, take } = endpointUnderTest(given());
      const zero = { inQueue: 0, inQueueUrgent: 0, inProgress: 0, completed: 0, failed: 0, retried: 0 };
      expect(await store.counts(endpointId)).toEqual(zero);
      const ids = [await add({ createdAt: 900 }), await add({ createdAt: 950 }), await add({ createdAt: 1_100 })];
      await add({ lowPriority: true, createdAt: 1_050 });
      await take("w", 2_000, 2);
      expect(await store.counts(endpointId)).toEqual({
        ...zero,
        inQueue: 2,
        inQueueUrgent: 1,
        inProgress: 2,
        oldestUrgentAt: 1_100,
      });
      await store.end(endpointId, ids[0] ?? "", "w", { status: "COMPLETED" }, 2_500);
      await store.end(endpointId, ids[1] ?? "", "w", { status: "FAILED", error: "1" }, 2_500);
      await store.retry(endpointId, ids[1] ?? "", 2_600);
      await take("w", 2_700, 9);
      await store.cancel(endpointId, ids[2] ?? "", 2_800);
      await sweep(5_000);
      expect(await store.counts(endpointId)).toMatchObject({ inQueue: 2, completed: 1, failed: 1, retried: 3 });
      await take("w", 6_000, 9);
      await store.touch(endpointId, "w", ids, { now: 2_000, leaseUntil: 99_000 });
      await sweep(11_500);
      expect(await store.counts(endpointId)).toMatchObject({ failed: 3 });
      await sweep(99_999);
      expect(await store.counts(endpointId)).toMatchObject({ completed: 1 });
    });

    it("never shows one endpoint the jobs of another, not even of the same id", async () => {
      const [one, other] = [endpointUnderTest(given()), endpointUnderTest(given())];
      const { store } = given() === one.store ? one : other;
      await one.add({ id: "same", idempotencyKey: "k", webhook: "https://example.com/" });
      const alone = await one.get("same");
      await other.add({ id: "same", idempotencyKey: "k", input: "2" });
      await other.take("w");
      await store.addChunk(other.endpointId, "same", "w", { output: "1", sequence: 0, maxBytes: 9 }, 9_000);
      await store.cancel(other.endpointId, "same", 3_000);
      await other.sweep(99_999_999);
      expect(await other.get("same")).toBeUndefined();
      expect(await store.purge(other.endpointId)).toBe(0);
      await store.extendLeases(other.endpointId, 9_999);
      expect(await store.takeStops(one.endpointId, "w")).toEqual([]);
      expect(await store.takeStops(other.endpointId, "w")).toEqual([]);
      expect(await store.claimWebhooks(other.endpointId, { now: 1e9, limit: 9, claimedUntil: 2e9 })).toEqual([]);
      expect(await store.drainChunks(one.endpointId, "same")).toEqual({ status: "IN_QUEUE", chunks: [] });
      expect(await one.get("same")).toEqual(alone);
      expect(await store.counts(other.endpointId)).toMatchObject({ inQueue: 0 });
    });
  });
}
