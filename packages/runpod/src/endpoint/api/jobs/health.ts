import type { Handler, Shared } from "#endpoint/call.js";
import { ok } from "#endpoint/replies.js";
import type { HealthReply } from "#protocol.js";

/** `GET /health`: jobs and workers by state. */
export const health: Handler = async (shared) => ok(JSON.stringify(await healthOf(shared)));

/**
 * The numbers of `/health`. `ready` is `idle`, as in the documentation's example (idle 4, ready 4, running 1). A worker that
 * said it is unhealthy is in none of them.
 */
export async function healthOf({ settings, store, book }: Shared): Promise<HealthReply> {
  const { completed, failed, inProgress, inQueue, retried } = await store.counts(settings.id);
  const healthy = book.sightings().filter(({ unhealthy }) => unhealthy === undefined);
  const running = healthy.filter(({ isBusy }) => isBusy).length;
  const idle = healthy.length - running;
  return {
    jobs: { completed, failed, inProgress, inQueue, retried },
    workers: { idle, ready: idle, running, ...settings.extraWorkerCounts() },
  };
}
