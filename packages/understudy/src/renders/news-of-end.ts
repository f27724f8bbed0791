import { briefEndOf } from "#connectors/brief-end.js";
import { briefWebhookBody } from "#connectors/brief-spellings.js";
import type { Sql } from "#postgres/database.js";
import type { WebhookNews, WebhookOutbox, WebhookType } from "#webhooks/webhook-outbox.js";
import type { OnEnd } from "./render-list.js";
import type { ServiceRender } from "./service-render.js";

/** Puts the news of a render's end down for delivery, in the transaction of the end itself. */
export function newsOfEnd(
  outbox: WebhookOutbox,
  { publicUrl, now }: { publicUrl(sql: Sql): Promise<string>; now(): Date },
): OnEnd {
  return async (sql, render) => {
    const { ownerId, id: renderId } = render;
    const type = `render.${render.state}` as Extract<WebhookType, `render.${string}`>;
    const url = await publicUrl(sql);
    await outbox.add(sql, { ownerId, type, renderId, ...namedBy(render, url), data: newsData(render, url) }, now());
  };
}

/** The endpoint that the order names; a scenario's job tells it the brief's four members, and nothing else. */
function namedBy(render: ServiceRender, publicUrl: string): Pick<WebhookNews, "endpointId" | "namedBody"> {
  const { webhookEndpointId: endpointId, briefRecordId } = render.order;
  if (endpointId === undefined) return {};
  if (briefRecordId === undefined) return { endpointId };
  return { endpointId, namedBody: JSON.stringify(briefWebhookBody(briefRecordId, briefEndOf(render, publicUrl))) };
}

/** What a receiver needs to go on without asking; nothing of the person. */
function newsData(
  { id, state, order, files, error, cost, forkedFrom }: ServiceRender,
  publicUrl: string,
): Readonly<Record<string, unknown>> {
  const [video] = files ?? [];
  return {
    id,
    state,
    metadata: order.metadata,
    ...(video !== undefined && {
      output: {
        url: `${publicUrl}${video.path}`,
        sha256: video.sha256,
        byteLength: video.byteLength,
        mediaType: video.mediaType,
      },
    }),
    ...(error !== undefined && { error }),
    ...(cost !== undefined && { cost }),
    ...(forkedFrom !== undefined && { forkedFrom }),
  };
}
