import { createPause, storeRetryMs } from "#endpoint/hold.js";
import type { Settings } from "#endpoint/settings.js";
import { webhookText } from "#endpoint/state-view.js";
import type { DueWebhook, JobStore } from "#endpoint/stores/job-store.js";
import { type Topics, topicOf } from "#endpoint/topics.js";
import { createHostLanes } from "./host-lanes.js";
import type { Post } from "./post.js";
import { webhookHeaders } from "./sign.js";

/** Deliveries that run at the same time; each holds its job's result in memory. */
const maxInFlight = 20;
const maxPerHost = 2;

/** A delivery waits so long for a lane to its host, then makes room for those to other hosts. */
const laneWaitMs = 1_000;
const deferMs = 2_000;

/** A claim outlives the longest delivery, 16 s; after a crash the next process delivers when it has run out. */
const claimMs = 20_000;

/** Delivers the webhooks of one endpoint. */
export interface Webhooks {
  /** Stops. Deliveries under way are broken off and are due again at once, as the same attempt. */
  close(): Promise<void>;
}

/**
 * Delivers every webhook that is due, whatever its job's end: an attempt that is not answered 2xx is made again `webhookDelayMs`
 * later, `webhookAttempts` in all. What is due, and which attempt it is, is the store's to know: a restart goes on.
 */
export function startWebhooks(store: JobStore, settings: Settings, topics: Topics, post: Post): Webhooks {
  const { id: endpointId, now, log, webhookSecret, webhookAttempts, webhookDelayMs, sweepMs } = settings;
  const lanes = createHostLanes(maxPerHost);
  const closing = new AbortController();
  const inFlight = new Set<Promise<void>>();
  const pause = createPause();
  const unsubscribe = topics.on(topicOf.webhook, pause.wake);

  async function attempt({ job, url, attempt: number }: DueWebhook): Promise<void> {
    const { host } = new URL(url);
    const leave = await lanes.enter(host, laneWaitMs);
    if (leave === undefined) return store.deferWebhook(endpointId, job.id, now() + deferMs);
    try {
      if (closing.signal.aborted) return await store.deferWebhook(endpointId, job.id, now());
      const body = webhookText(job);
      const message = {
        id: `${job.id}-${job.finishedAt ?? 0}`,
        body,
        timestampSeconds: Math.floor(Date.now() / 1_000),
      };
      const outcome = await post({
        url,
        body,
        headers: webhookHeaders(message, webhookSecret === undefined ? [] : [webhookSecret]),
        signal: closing.signal,
      });
      if ("status" in outcome && outcome.status >= 200 && outcome.status < 300) {
        return await store.settleWebhook(endpointId, job.id);
      }
      const why = "status" in outcome ? `answered ${outcome.status}` : outcome.failure;
      const isLast = number >= webhookAttempts || ("isFinal" in outcome && outcome.isFinal);
      log(`Webhook of job ${job.id}, attempt ${number} of ${webhookAttempts}: ${why}.${isLast ? " Given up." : ""}`);
      await store.settleWebhook(endpointId, job.id, isLast ? undefined : now() + webhookDelayMs);
    } catch (error) {
      if (!closing.signal.aborted) throw error;
      await store.deferWebhook(endpointId, job.id, now());
    } finally {
      leave();
    }
  }

  /** What fails here is the store; the claim then runs out, and the attempt is made again. */
  function launch(due: DueWebhook): void {
    const delivery = attempt(due)
      .catch(() => {})
      .finally(() => {
        inFlight.delete(delivery);
        pause.wake();
      });
    inFlight.add(delivery);
  }

  async function claim(): Promise<number> {
    const limit = maxInFlight - inFlight.size;
    if (limit === 0) return 0;
    const due = await store.claimWebhooks(endpointId, { now: now(), limit, claimedUntil: now() + claimMs });
    for (const webhook of due) launch(webhook);
    return due.length;
  }

  const loop = (async () => {
    while (!closing.signal.aborted) {
      pause.rearm();
      const claimed = await claim().catch(() => undefined);
      if (claimed === undefined) await pause.sleep(storeRetryMs);
      else if (claimed === 0) await pause.sleep(sweepMs);
    }
  })();

  return {
    async close() {
      closing.abort();
      unsubscribe();
      pause.wake();
      await loop;
      await Promise.all(inFlight);
    },
  };
}
