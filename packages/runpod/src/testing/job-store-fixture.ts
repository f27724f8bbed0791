import { isDeepStrictEqual } from "node:util";
import type { JobRecord, NewJob } from "#endpoint/stores/job-record.js";
import type { JobStore, StoreEvent } from "#endpoint/stores/job-store.js";

let made = 0;

/** A name that no other test has, so that tests share a store. */
export function freshName(kind: string): string {
  made += 1;
  return `${kind}-${process.pid}-${made}`;
}

/** A job that waits from 1000 on, may run for 5 s, is forgotten at 100 000 and keeps its result for 10 s. */
export function newJob(endpointId: string, over: Partial<NewJob> = {}): NewJob {
  return {
    endpointId,
    id: freshName("job"),
    input: '{"n":1}',
    lowPriority: false,
    executionTimeoutMs: 5_000,
    expiresAt: 100_000,
    keepResultMs: 10_000,
    createdAt: 1_000,
    ...over,
  };
}

/** What a test does over and over with one endpoint of a store. */
export interface EndpointUnderTest {
  readonly store: JobStore;
  readonly endpointId: string;
  /** Keeps a new job. @returns its id. */
  add(over?: Partial<NewJob>): Promise<string>;
  /** Lets a worker take jobs, one if nothing else is said. @returns their ids. */
  take(workerId: string, now?: number, limit?: number): Promise<readonly string[]>;
  get(id: string): Promise<JobRecord | undefined>;
  /** Sweeps with at most 3 attempts. */
  sweep(now: number): ReturnType<JobStore["sweep"]>;
}

/** An endpoint that nobody else uses. Leases are 2 s after the time of the take. */
export function endpointUnderTest(store: JobStore, endpointId = freshName("endpoint")): EndpointUnderTest {
  return {
    store,
    endpointId,
    add: async (over) => (await store.submit(newJob(endpointId, over))).job.id,
    async take(workerId, now = 2_000, limit = 1) {
      const [jobs = []] = await store.take(endpointId, [{ workerId, limit }], { now, leaseUntil: now + 2_000 });
      return jobs.map(({ id }) => id);
    },
    get: (id) => store.get(endpointId, id),
    sweep: (now) => store.sweep(endpointId, { now, maxAttempts: 3 }),
  };
}

/** Runs an act, and waits until the store has said all these events after it, in any order. */
export async function expectSaid<T>(store: JobStore, events: readonly StoreEvent[], act: () => Promise<T>): Promise<T> {
  let stop = () => {};
  const said = new Promise<void>((resolve) => {
    const missing = [...events];
    stop = store.subscribe((event) => {
      const place = missing.findIndex((one) => isDeepStrictEqual(one, event));
      if (place >= 0) missing.splice(place, 1);
      if (missing.length === 0) resolve();
    });
  });
  const result = await act();
  await said;
  stop();
  return result;
}
