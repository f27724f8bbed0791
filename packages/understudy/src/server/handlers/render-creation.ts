import { createHash } from "node:crypto";
import { canonicalJson, UnderstudyError } from "@understudy/render";
import type { Caller } from "#access/caller.js";
import { handOver } from "#renders/hand-over.js";
import type { NewRender } from "#renders/render-list.js";
import type { ServiceRender } from "#renders/service-render.js";
import type { Service } from "#server/service.js";
import type { ForkBody } from "./render-order.js";

/** What a caller sent. */
export interface SentRequest {
  /** `Idempotency-Key`. */
  readonly key: string | undefined;
  /** What it does, and to what: the same body means something else elsewhere. */
  readonly act: string;
  readonly body: unknown;
}

/**
 * Lists a render and hands it over, once for each request.
 * @param decide called for a request that was not made before; the inputs of an earlier one may be gone, and it was made all the same.
 * @throws UnderstudyError `idempotency-mismatch`, and what `decide` throws.
 */
export async function createOnce(
  sent: SentRequest,
  caller: Caller,
  service: Pick<Service, "jobs" | "log" | "renders">,
  decide: () => Promise<NewRender>,
): Promise<{ readonly render: ServiceRender; readonly isNew: boolean }> {
  const idempotency = fingerprintOf(sent);
  const earlier = idempotency && (await service.renders.recall(caller.ownerId, idempotency));
  if (earlier !== undefined) return { render: earlier, isNew: false };
  const created = await service.renders.create({ ...(await decide()), ...(idempotency && { idempotency }) }, caller);
  if (created.isNew) await handOver(created.render, caller, service);
  return created;
}

/**
 * The endpoint that a request names. An address becomes one that wants to know of nothing but tests and what names it.
 * @throws UnderstudyError `not-found`, `webhook-refused`.
 */
export async function webhookOf(
  { webhook }: Pick<ForkBody, "webhook">,
  ownerId: string,
  { webhooks }: Pick<Service, "webhooks">,
): Promise<{ readonly webhookEndpointId?: string }> {
  if (webhook === undefined) return {};
  if ("url" in webhook) {
    const { endpoint } = await webhooks.createEndpoint(ownerId, { url: webhook.url, types: ["webhook.test"] }, true);
    return { webhookEndpointId: endpoint.id };
  }
  const endpoint = await webhooks.getEndpoint(ownerId, webhook.endpointId);
  if (endpoint !== undefined) return { webhookEndpointId: endpoint.id };
  throw new UnderstudyError("not-found", "webhook: There is no webhook endpoint of this id.");
}

/** The order of a body's fields means nothing, so it does not count. */
function fingerprintOf({ key, act, body }: SentRequest): NewRender["idempotency"] {
  if (key === undefined) return undefined;
  return {
    key,
    requestSha256: createHash("sha256")
      .update(`${act} ${canonicalJson(body)}`)
      .digest(),
  };
}
