import { webhookHeaders, type Post, type PostOutcome } from "@understudy/runpod/endpoint";
import type { Pool } from "pg";
import type { ServiceLog } from "#serve/service-log.js";
import type { ClaimedMessage } from "./claim-messages.js";
import { settleMessage } from "./settle-message.js";
import { liveSecrets } from "./webhook-secrets.js";

/** What an attempt is made with. */
export interface DeliveryTools {
  readonly pool: Pool;
  readonly post: Post;
  readonly log: ServiceLog;
  now(): Date;
  /** From 0 up to 1. */
  random(): number;
}

/**
 * Makes one attempt at a message and notes it. What was sent and not noted, because this process died in between, is sent again
 * under the same id.
 */
export async function deliverMessage(claim: ClaimedMessage, tools: DeliveryTools): Promise<void> {
  const at = tools.now();
  const begunMs = performance.now();
  const answer = await send(claim, at, tools.post);
  const outcome = { ...answer, at, milliseconds: Math.round(performance.now() - begunMs) };
  const settled = await settleMessage(tools.pool, claim, outcome, { now: tools.now(), random: tools.random() });
  if (settled === "delivered") return;
  const { id: messageId, endpointId } = claim;
  const why = "status" in answer ? { status: answer.status } : { failure: answer.failure };
  tools.log.warn({ messageId, endpointId, settled, ...why }, "A webhook was not delivered.");
}

function send({ id, url, secrets, body }: ClaimedMessage, at: Date, post: Post): Promise<PostOutcome> {
  const timestampSeconds = Math.floor(at.getTime() / 1_000);
  const headers = webhookHeaders({ id, body, timestampSeconds }, liveSecrets(secrets, at));
  const { signal } = new AbortController();
  return post({ url, body, headers: { ...headers, "user-agent": "understudy" }, signal });
}
