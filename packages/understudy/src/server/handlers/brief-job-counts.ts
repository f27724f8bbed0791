import type { HealthReply } from "@understudy/runpod/protocol";
import type { Pool } from "pg";
import { sqlOf } from "#postgres/database.js";
import type { ServiceRenderState } from "#renders/service-render.js";

const dayMs = 86_400_000;

/** An owner's jobs: those that wait or are in work, and those of the last 24 hours that ended. */
export async function countJobs(pool: Pool, ownerId: string, now: Date): Promise<HealthReply["jobs"]> {
  const { rows } = await sqlOf(pool).query<{ state: ServiceRenderState; count: number; retried: number }>(
    `select state, count(*)::integer as count, count(*) filter (where run > 1)::integer as retried
     from understudy.render
     where owner_id = $1 and (state in ('queued', 'running') or (created_at > $2 and ended_at > $2))
     group by state`,
    [ownerId, new Date(now.getTime() - dayMs)],
  );
  const countOf = (state: ServiceRenderState) => rows.find((row) => row.state === state)?.count ?? 0;
  return {
    completed: countOf("finished"),
    failed: countOf("failed"),
    inProgress: countOf("running"),
    inQueue: countOf("queued"),
    retried: rows.reduce((sum, { retried }) => sum + retried, 0),
  };
}
