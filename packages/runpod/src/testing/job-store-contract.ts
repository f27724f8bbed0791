import { afterAll, beforeAll, describe } from "vitest";
import type { JobStore } from "#endpoint/stores/job-store.js";
import { describeAfterlife } from "./job-store-contract-afterlife.js";
import { describeEvents } from "./job-store-contract-events.js";
import { describeLife } from "./job-store-contract-life.js";
import { describeQueue } from "./job-store-contract-queue.js";
import { describeRandomActs } from "./job-store-contract-random.js";
import { describeStreams } from "./job-store-contract-streams.js";

/**
 * What every job store keeps to.
 * @param open opens the store. Every test uses an endpoint of its own in it.
 */
export function describeJobStore(name: string, open: () => Promise<JobStore>): void {
  describe(`${name} keeps the job store contract`, () => {
    let store: JobStore;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store.close();
    });
    const given = () => store;

    describeQueue(given);
    describeLife(given);
    describeStreams(given);
    describeAfterlife(given);
    describeEvents(given);
    describeRandomActs(given);
  });
}
