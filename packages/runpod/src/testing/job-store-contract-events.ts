import { describe, expect, it } from "vitest";
import type { JobStore, StoreEvent } from "#endpoint/stores/job-store.js";
import { endpointUnderTest, expectSaid } from "./job-store-fixture.js";

/** What listeners are told. A missing event makes these tests hang. */
export function describeEvents(given: () => JobStore): void {
  describe("events", () => {
    it("say that a job waits, has changed, shall be stopped, and that its webhook is due", async () => {
      const { add, endpointId, store, sweep, take } = endpointUnderTest(given());
      const queued: StoreEvent = { kind: "queued", endpointId };
      const webhook: StoreEvent = { kind: "webhook", endpointId };
      const stop: StoreEvent = { kind: "stop", endpointId, workerId: "w" };
      const id = await expectSaid(store, [queued], () => add({ webhook: "https://example.com/" }));
      const changed: StoreEvent = { kind: "changed", endpointId, jobId: id };
      await take("w");
      await expectSaid(store, [changed], () => store.addChunk(endpointId, id, "w", { output: "1", maxBytes: 9 }, 1));
      await expectSaid(store, [queued], () => store.giveBack(endpointId, id, "w"));
      await take("w", 2_000);
      await expectSaid(store, [queued], () => store.abandon(endpointId, "w", { now: 2_500, maxAttempts: 3 }));
      await take("w", 3_000);
      await expectSaid(store, [queued], () => sweep(5_000));
      await take("w", 5_000);
      await expectSaid(store, [changed, webhook], () =>
        store.end(endpointId, id, "w", { status: "FAILED", error: "1" }, 6_000),
      );
      await expectSaid(store, [changed, queued], () => store.retry(endpointId, id, 6_000));
      await take("w", 6_000);
      await store.touch(endpointId, "w", [id], { now: 2_000, leaseUntil: 90_000 });
      await expectSaid(store, [changed, webhook, stop], () => sweep(11_000));
      await store.retry(endpointId, id, 12_000);
      await take("w", 12_000);
      await expectSaid(store, [changed, webhook, stop], () => store.cancel(endpointId, id, 13_000));
    });

    it("say so to the worker that has a job which another has finished", async () => {
      const { add, endpointId, store, sweep, take } = endpointUnderTest(given());
      const id = await add();
      await take("slow");
      await sweep(4_000);
      await take("next", 4_000);
      await expectSaid(store, [{ kind: "stop", endpointId, workerId: "next" }], () =>
        store.end(endpointId, id, "slow", { status: "COMPLETED" }, 5_000),
      );
    });

    it("say so to a worker that names a job which is its business no longer", async () => {
      const { endpointId, store } = endpointUnderTest(given());
      await expectSaid(store, [{ kind: "stop", endpointId, workerId: "w" }], () =>
        store.touch(endpointId, "w", ["nobody"], { now: 2_000, leaseUntil: 4_000 }),
      );
    });

    it("say that a job which waited or ran is gone", async () => {
      const { add, endpointId, store, sweep, take } = endpointUnderTest(given());
      const id = await add({ expiresAt: 5_000 });
      await take("w", 4_000);
      const [stop, changed] = [
        { kind: "stop", endpointId, workerId: "w" },
        { kind: "changed", endpointId, jobId: id },
      ] as const;
      await expectSaid(store, [stop, changed], () => sweep(5_000));
      await add();
      await expectSaid(store, [{ kind: "anything" }], () => store.purge(endpointId));
    });

    it("stop when the listener has had enough", async () => {
      const { add, endpointId, store } = endpointUnderTest(given());
      const heard: StoreEvent[] = [];
      store.subscribe((event) => heard.push(event))();
      await expectSaid(store, [{ kind: "queued", endpointId }], () => add());
      expect(heard).toEqual([]);
    });
  });
}
