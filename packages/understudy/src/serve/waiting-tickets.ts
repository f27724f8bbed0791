import { sqlOf, type Database } from "#postgres/database.js";
import type { RenderJobTicket } from "#jobs/job-engine.js";
import type { RenderList } from "#renders/render-list.js";
import type { ServiceRender } from "#renders/service-render.js";

/** A render is handed over right after its row is written; one that still waits after so long may never have been. */
const overlookedMs = 5_000;

/**
 * Tickets of queued renders of which no runner may have heard: whoever wrote the row died before it handed it over.
 * @param usualAtOnce of keys that do not say otherwise; default 2.
 */
export async function waitingTickets(
  renders: Pick<RenderList, "listWaiting">,
  { pool }: Pick<Database, "pool">,
  now: Date,
  usualAtOnce?: number,
): Promise<RenderJobTicket[]> {
  const waiting = await renders.listWaiting(new Date(now.getTime() - overlookedMs), 1_000);
  if (waiting.length === 0) return [];
  const keyIds = [...new Set(waiting.map(({ keyId }) => keyId))];
  const { rows } = await sqlOf(pool).query<{ id: string; renders_at_once: number | null }>(
    "select id, renders_at_once from understudy.api_key where id = any($1)",
    [keyIds],
  );
  const limits = new Map(rows.map((row) => [row.id, row.renders_at_once]));
  return waiting.map((render) => ticketOf(render, limits.get(render.keyId) ?? usualAtOnce));
}

/** What a runner is given of a queued render. @param rendersAtOnce of its key; default 2. */
export function ticketOf(
  { id: renderId, run, keyId, priority }: Pick<ServiceRender, "id" | "run" | "keyId" | "priority">,
  rendersAtOnce = 2,
): RenderJobTicket {
  return { renderId, run, keyId, priority, rendersAtOnce };
}
