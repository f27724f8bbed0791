import type { Settings } from "./settings.js";
import type { JobStore } from "./stores/job-store.js";

/**
 * One sweep of an endpoint's jobs. After a gap, in which this process, its machine or the store did not run, no worker could
 * give a sign of life either: leases are extended first, so that nobody is declared dead because we were away.
 */
export function createSweeper(store: JobStore, settings: Settings): () => Promise<void> {
  const { id, now, sweepMs, leaseMs, maxAttempts, log } = settings;
  const gapMs = Math.max(3 * sweepMs, leaseMs / 3);
  let lastSweptAt: number | undefined;
  return async () => {
    const sweptAt = now();
    const isAfterGap = lastSweptAt === undefined || sweptAt < lastSweptAt || sweptAt - lastSweptAt > gapMs;
    if (isAfterGap) await store.extendLeases(id, sweptAt + leaseMs);
    const { requeued, failed, timedOut } = await store.sweep(id, { now: sweptAt, maxAttempts });
    lastSweptAt = sweptAt;
    if (requeued > 0) log(`Jobs put back into the queue because their workers fell silent: ${requeued}.`);
    if (failed > 0) log(`Jobs failed because ${maxAttempts} workers fell silent with them: ${failed}.`);
    if (timedOut > 0) log(`Jobs ended because their execution time was used up: ${timedOut}.`);
  };
}
