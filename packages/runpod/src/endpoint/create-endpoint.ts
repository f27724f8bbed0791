import { healthOf } from "./api/jobs/health.js";
import type { Shared } from "./call.js";
import { answer } from "./answer.js";
import type { Endpoint, EndpointOptions } from "./endpoint.js";
import { guardStore } from "./guard-store.js";
import { createKeyRing } from "./keys.js";
import { createLeftovers } from "./leftovers.js";
import { createRateLimiter } from "./rate-limit.js";
import { repeat } from "./repeat.js";
import { settingsOf } from "./settings.js";
import type { StoreEvent } from "./stores/job-store.js";
import { createSweeper } from "./sweeper.js";
import { createTakePool } from "./take-pool.js";
import { createTopics, topicOf, type Topics } from "./topics.js";
import { guardedPost } from "./webhooks/post.js";
import { startWebhooks } from "./webhooks/webhooks.js";
import { createWorkerBook } from "./worker-book.js";

/** Workers are forgotten after so many leases without a sign of life. */
const forgottenAfterLeases = 3;

/**
 * Opens an endpoint: it answers requests, and from this call on looks after the jobs that its store holds for it.
 * @throws RangeError for an id, a key or a webhook secret that is none.
 */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const settings = settingsOf(options);
  const { id, now, leaseMs, maxAttempts } = settings;
  const store = guardStore(options.store, (isAway, code) =>
    settings.log(
      isAway
        ? `The job store does not answer (${code}); requests are answered 503 until it does.`
        : "The job store answers again.",
    ),
  );
  const topics = createTopics();
  const takePool = createTakePool((takers) => store.take(id, takers, { now: now(), leaseUntil: now() + leaseMs }));
  const wakePool = topics.on(topicOf.queued, takePool.wake);
  const unsubscribe = store.subscribe((event) => pass(event, id, topics));
  let isClosed = false;
  const shared: Shared = {
    settings,
    store,
    topics,
    takePool,
    book: createWorkerBook(now, forgottenAfterLeases * leaseMs),
    leftoverChunks: createLeftovers(),
    leftoverStops: createLeftovers(),
    isClosing: () => isClosed,
  };
  const webhooks = startWebhooks(store, settings, topics, guardedPost(settings.webhookAddresses));
  const sweeps = repeat(createSweeper(store, settings), settings.sweepMs);
  const doors = {
    client: createKeyRing(settings.keys),
    worker: createKeyRing(settings.workerKeys),
    limiter: createRateLimiter(settings.rateLimits, now),
  };
  return {
    id,
    handle: (request) => answer(request, shared, doors),
    health: () => healthOf(shared),
    async workerGone(workerId) {
      shared.book.forget(workerId);
      await store.abandon(id, workerId, { now: now(), maxAttempts });
    },
    workers: () => shared.book.sightings(),
    async close() {
      if (isClosed) return;
      isClosed = true;
      takePool.close();
      topics.wakeAll();
      await Promise.all([sweeps.close(), webhooks.close()]);
      wakePool();
      unsubscribe();
    },
  };
}

function pass(event: StoreEvent, endpointId: string, topics: Topics): void {
  if (event.kind === "anything") return topics.wakeAll();
  if (event.endpointId !== endpointId) return;
  if (event.kind === "changed") topics.wake(topicOf.job(event.jobId));
  else if (event.kind === "stop") topics.wake(topicOf.stop(event.workerId));
  else topics.wake(event.kind === "queued" ? topicOf.queued : topicOf.webhook);
}
