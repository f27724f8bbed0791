import { describe, expect, it } from "vitest";
import type { JobStatus } from "#protocol.js";
import type { JobRecord } from "#endpoint/stores/job-record.js";
import type { JobStore } from "#endpoint/stores/job-store.js";
import { freshName, newJob } from "./job-store-fixture.js";
import { JobStoreModel, type ModelView } from "./job-store-model.js";
import { drawFrom } from "./draw-from.js";

/** Names of the acts, each as often as it shall be drawn. */
const acts = (
  "submit submit submit submit submit take take take end end progress chunk chunk drain cancel retry retry giveBack touch " +
  "takeStops sweep sweep abandon claim settle defer extend purge counts"
).split(" ");

/** States that may follow a state from one act to the next. */
const next: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  IN_QUEUE: ["IN_QUEUE", "IN_PROGRESS", "COMPLETED", "CANCELLED"],
  IN_PROGRESS: ["IN_PROGRESS", "IN_QUEUE", "COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"],
  COMPLETED: ["COMPLETED"],
  FAILED: ["FAILED", "IN_QUEUE"],
  CANCELLED: ["CANCELLED"],
  TIMED_OUT: ["TIMED_OUT", "IN_QUEUE"],
};

/** Long runs of random acts, each answered as the model answers it. */
export function describeRandomActs(given: () => JobStore): void {
  describe("random acts", () => {
    it.each([1, 2, 3, 4])("answer as the rules say, and states only move forward (seed %i)", async (seed) => {
      const store = given();
      const [endpointId, model, draw] = [freshName("endpoint"), new JobStoreModel(), drawFrom(seed)];
      const ids: string[] = [];
      let now = 1_000;
      for (let step = 0; step < 120; step++) {
        now += draw(400);
        const before = new Map(model.views().map(({ id, status }) => [id, status]));
        const act = acts[draw(acts.length)] ?? "";
        const [answer, expected] = await perform(act, { store, endpointId, model, ids, draw, now });
        expect(answer, `${act} at step ${step}`).toEqual(expected);
        const views = model.views();
        const records = await Promise.all(views.map(({ id }) => store.get(endpointId, id)));
        expect(records.map(viewOf), `after ${act} at step ${step}`).toEqual(views);
        for (const { id, status } of views)
          expect(next[before.get(id) ?? "IN_QUEUE"], `${id} after ${act}`).toContain(status);
      }
    });
  });
}

function viewOf(job: JobRecord | undefined): Partial<ModelView> | undefined {
  return (
    job && {
      id: job.id,
      status: job.status,
      workerId: job.workerId,
      attempts: job.attempts,
      takeovers: job.takeovers,
      output: job.output,
    }
  );
}

interface Stage {
  readonly store: JobStore;
  readonly endpointId: string;
  readonly model: JobStoreModel;
  readonly ids: string[];
  readonly draw: (below: number) => number;
  readonly now: number;
}

/** One act on both. @returns the store's answer and the model's. */
async function perform(act: string, { store, endpointId, model, ids, draw, now }: Stage): Promise<[unknown, unknown]> {
  const id = ids[Math.max(0, ids.length - 1 - draw(8))] ?? "none";
  const worker = `w${draw(3)}`;
  const [lease, rules] = [now + 300 + draw(900), { now, maxAttempts: 2 }];
  switch (act) {
    case "submit": {
      const key = draw(3) === 0 ? `k${draw(4)}` : undefined;
      const job = newJob(endpointId, {
        id: `j${ids.length}`,
        lowPriority: draw(4) === 0,
        executionTimeoutMs: 500 + draw(1_500),
        expiresAt: now + 500 + draw(8_000),
        keepResultMs: draw(3_000),
        createdAt: now,
        ...(draw(2) === 0 && { webhook: "https://example.com/" }),
        ...(key !== undefined && { idempotencyKey: key }),
      });
      ids.push(job.id);
      const expected = model.submit({ ...job, key, webhook: job.webhook !== undefined });
      const { job: kept, isNew } = await store.submit(job);
      return [
        { id: kept.id, isNew },
        { id: expected, isNew: expected === job.id },
      ];
    }
    case "take": {
      const takers = Array.from({ length: draw(3) + 1 }, () => ({ workerId: `w${draw(3)}`, limit: draw(3) }));
      const lists = await store.take(endpointId, takers, { now, leaseUntil: lease });
      return [lists.map((list) => list.map((job) => job.id)), model.take(takers, now, lease)];
    }
    case "end": {
      const [status, output] = [
        draw(3) === 0 ? "FAILED" : "COMPLETED",
        draw(2) === 0 ? undefined : `"${now}"`,
      ] as const;
      const result = output === undefined ? {} : { output };
      const end = status === "FAILED" ? { status, error: '"e"', ...result } : { status, ...result };
      return [await store.end(endpointId, id, worker, end, now), model.end(id, worker, status, output, now)];
    }
    case "progress":
      return [
        await store.progress(endpointId, id, worker, `${now}`, lease),
        model.progress(id, worker, `${now}`, lease),
      ];
    case "chunk": {
      const [sequence, maxBytes] = [draw(3) === 0 ? undefined : draw(6), 4 + draw(10)];
      const chunk = { output: `${now}`, maxBytes, ...(sequence !== undefined && { sequence }) };
      return [
        await store.addChunk(endpointId, id, worker, chunk, lease),
        model.addChunk(id, worker, `${now}`, sequence, maxBytes, lease),
      ];
    }
    case "drain":
      return [await store.drainChunks(endpointId, id), model.drain(id)];
    case "cancel":
      return [(await store.cancel(endpointId, id, now))?.isDone, model.cancel(id, now)];
    case "retry":
      return [(await store.retry(endpointId, id, now))?.isDone, model.retry(id, now)];
    case "giveBack":
      return [await store.giveBack(endpointId, id, worker), model.giveBack(id, worker)];
    case "touch":
      return [
        await store.touch(endpointId, worker, ids.slice(-5), { now, leaseUntil: lease }),
        model.touch(worker, ids.slice(-5), lease),
      ];
    case "takeStops":
      return [[...(await store.takeStops(endpointId, worker))].sort(), model.takeStops(worker).sort()];
    case "sweep":
      return [await store.sweep(endpointId, rules), model.sweep(now, 2)];
    case "abandon":
      return [await store.abandon(endpointId, worker, rules), model.abandon(worker, now, 2)];
    case "claim": {
      const due = await store.claimWebhooks(endpointId, { now, limit: 2, claimedUntil: now + 500 });
      return [due.map(({ job, attempt }) => ({ id: job.id, attempt })), model.claim(now, 2, now + 500)];
    }
    case "settle": {
      const retryAt = draw(2) === 0 ? undefined : now + draw(500);
      return [await store.settleWebhook(endpointId, id, retryAt), model.settle(id, retryAt)];
    }
    case "defer":
      return [await store.deferWebhook(endpointId, id, now + 100), model.settle(id, now + 100, 1)];
    case "extend":
      return [await store.extendLeases(endpointId, lease), model.extendLeases(lease)];
    case "purge":
      return draw(4) === 0 ? [await store.purge(endpointId), model.purge()] : [0, 0];
    default:
      return [await store.counts(endpointId), model.counts()];
  }
}
