import type { AddressPolicy } from "@understudy/guarded-fetch";
import { guardedPost } from "@understudy/runpod/endpoint";
import type { Database } from "#postgres/database.js";
import { listen } from "#postgres/listen.js";
import type { ServiceLog } from "#serve/service-log.js";
import { claimMessages, type ClaimedMessage } from "./claim-messages.js";
import { deliverMessage, type DeliveryTools } from "./deliver-message.js";
import { webhookChannel } from "./write-news.js";

/** What delivery works with. */
export interface WebhookDeliveryOptions {
  readonly database: Pick<Database, "pool" | "connection">;
  /** Where webhooks may lead, looked at again for each attempt. */
  readonly policy: AddressPolicy;
  readonly log: ServiceLog;
  now(): Date;
  /** Messages that this process sends at a time; default 8. */
  readonly concurrency?: number;
  /** Looks for messages whose time has come so often, in milliseconds; default 5,000. New ones are told. */
  readonly pollMs?: number;
}

/** A delivery that runs. */
export interface WebhookDelivery {
  /** Begins no other attempt, and waits for those under way: 6 s at most. */
  close(): Promise<void>;
}

/**
 * Longest time of one attempt. Of the answer 4 KiB are read, so that a polite receiver is not cut off in the middle of a word, and
 * dropped.
 */
export const attemptLimits = { connectMs: 5_000, idleMs: 6_000, totalMs: 6_000, maxBytes: 4_096 } as const;

/**
 * Sends messages that are due, in any number of processes at the same time. At least once, under one id, in no promised order.
 * @throws the driver's error when the database cannot be reached now; later outages are waited for.
 */
export async function startWebhookDelivery(options: WebhookDeliveryOptions): Promise<WebhookDelivery> {
  const { database, policy, log, now, concurrency = 8, pollMs = 5_000 } = options;
  const { pool } = database;
  const tools: DeliveryTools = { pool, log, now, post: guardedPost(policy, attemptLimits), random: Math.random };
  const inFlight = new Map<Promise<void>, ClaimedMessage>();
  const closing = new AbortController();
  // Something may be due that nobody has looked for.
  let isStale = false;
  let looking: Promise<void> | undefined;

  const mayLook = (): boolean => isStale && !closing.signal.aborted && inFlight.size < concurrency;
  const look = async (): Promise<void> => {
    while (mayLook()) {
      isStale = false;
      const busy = [...inFlight.values()].map(({ endpointId }) => endpointId);
      const claims = await claimMessages(pool, { now: now(), limit: concurrency - inFlight.size, busy });
      for (const claim of claims) launch(claim);
      // There may be more to other endpoints than those that filled this claim.
      if (claims.length > 0) isStale = true;
    }
  };
  const wake = (): void => {
    isStale = true;
    looking ??= look()
      .catch((error: unknown) => log.warn({ error }, "Webhooks could not be looked for."))
      .finally(() => {
        looking = undefined;
        if (mayLook()) wake();
      });
  };
  // What fails in a delivery is the database: the claim then runs out, and the message is sent again.
  const launch = (claim: ClaimedMessage): void => {
    const delivery = deliverMessage(claim, tools)
      .catch((error: unknown) =>
        log.warn({ error, messageId: claim.id }, "An attempt at a webhook could not be noted."),
      )
      .finally(() => {
        inFlight.delete(delivery);
        wake();
      });
    inFlight.set(delivery, claim);
  };

  const unlisten = await listen(database.connection, webhookChannel, { onNews: wake, onGap: wake });
  const poll = setInterval(wake, pollMs);
  wake();
  return {
    async close() {
      closing.abort();
      clearInterval(poll);
      await unlisten();
      await looking;
      await Promise.all(inFlight.keys());
    },
  };
}
