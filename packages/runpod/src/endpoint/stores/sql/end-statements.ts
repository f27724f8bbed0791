import { againMembers, endColumns, endMembers, read, shardOf, stopMembers, sweepShards, tell } from "./parts.js";

/** SQL of all ways in which a job stops to run, and of what brings it back. $1 is the endpoint's id in all. */
export function endStatements(schema: string) {
  const job = `${schema}.job`;
  const isIt = "job.endpoint_id = $1 and job.id = $2";
  const toldEnd = ["told_stop", "told_end", "told_webhook"];
  return {
    /**
     * $2: the job, $3: the worker, $4: status, $5: output, $6: error, $7: now. \`before\` locks the row, so that what is decided
     * by it still holds when the row is changed.
     */
    end: `
with before as materialized (select status, worker_id from ${job} where ${isIt} for update),
ended as (
  update ${job} set status = $4, output = $5, error = $6, worker_id = $3, ${endColumns("$7")}
  from before
  where ${isIt} and (
    (before.status = 'IN_PROGRESS' and before.worker_id = $3) or
    (before.status in ('IN_QUEUE', 'IN_PROGRESS') and $4 = 'COMPLETED')
  )
  returning job.endpoint_id, job.id, job.status, job.webhook_due_at, before.status as status_before,
    before.worker_id as worker_before
),
${stopMembers(
  schema,
  `select endpoint_id, worker_before as worker_id, id from ended
   where status_before = 'IN_PROGRESS' and worker_before <> $3`,
  "$7",
)},
${endMembers(schema, "ended", shardOf("$2"))}
select exists (select from before) as is_known, exists (select from ended) as is_ended, ${read(...toldEnd)} as told`,

    /** $2: the job, $3: now. One row when it was cancelled. */
    cancel: `
with before as materialized (
  select id, status from ${job} where ${isIt} and status in ('IN_QUEUE', 'IN_PROGRESS') for update
),
ended as (
  update ${job} set status = 'CANCELLED', output = null, ${endColumns("$3")} from before where ${isIt}
  returning job.*, before.status as status_before
),
${stopMembers(schema, "select endpoint_id, worker_id, id from ended where status_before = 'IN_PROGRESS'", "$3")},
${endMembers(schema, "ended", shardOf("$2"))}
select ended.*, ${read(...toldEnd)} as told from ended`,

    /** $2: the job, $3: now. One row when it waits again. */
    retry: `
with before as materialized (
  select id from ${job} where ${isIt} and status in ('FAILED', 'TIMED_OUT') for update
),
cleared as (
  delete from ${schema}.chunk using before where chunk.endpoint_id = $1 and chunk.job_id = before.id
),
again as (
  update ${job} set status = 'IN_QUEUE', place = nextval('${schema}.job_place'), created_at = $3, output = null, error = null,
    started_at = null, finished_at = null, worker_id = null, attempts = 0, takeovers = 0, remove_at = expires_at,
    chunk_bytes = 0, webhook_due_at = null, webhook_attempts = 0, webhook_is_claimed = false
  from before where ${isIt} returning job.*
),
${againMembers(schema, "again", shardOf("$2"))},
told as (select ${tell(schema, "changed")} from again)
select again.*, ${read("told_again", "told")} as told from again`,

    /** $2: now, $3: most attempts, $4 and $5: the errors of silent workers and of the time that is used up. */
    sweepRunning: takeBack(
      schema,
      `(lease_until <= $2 or started_at + execution_timeout_ms <= $2) and remove_at > $2`,
      "started_at + execution_timeout_ms <= $2",
    ),

    /** As \`sweepRunning\`, $6: the worker. */
    abandon: takeBack(schema, "worker_id = $6", "false"),

    /** $2: now, $3: most jobs removed, $4: stops older than that are dropped. */
    forget: `
with gone as (
  delete from ${job} where endpoint_id = $1 and id in (
    select id from ${job}
    where endpoint_id = $1 and remove_at <= $2 and (webhook_due_at is null or expires_at <= $2)
    order by remove_at limit $3 for update skip locked
  ) returning endpoint_id, id, status, worker_id
),
dropped as (delete from ${schema}.stop where endpoint_id = $1 and since <= $4),
${stopMembers(schema, "select * from gone where status = 'IN_PROGRESS'", "$2")},
told as (select ${tell(schema, "changed")} from gone where status in ('IN_QUEUE', 'IN_PROGRESS'))
select count(*)::integer as removed, ${read("told_stop", "told")} as told from gone`,
  };
}

/** SQL that takes running jobs from their workers: each has timed out, or failed, or waits again. */
function takeBack(schema: string, which: string, isTimedOut: string): string {
  const job = `${schema}.job`;
  return `
with late as materialized (
  select id, case when ${isTimedOut} then 'TIMED_OUT' when attempts >= $3 then 'FAILED' else 'IN_QUEUE' end as next
  from ${job} where endpoint_id = $1 and status = 'IN_PROGRESS' and ${which}
  for update skip locked
),
ended as (
  update ${job} set status = next, output = null,
    error = case next when 'FAILED' then replace($4, '%s', attempts::text)
      else replace($5, '%s', execution_timeout_ms::text) end,
    ${endColumns("$2")}
  from late where job.endpoint_id = $1 and job.id = late.id and next <> 'IN_QUEUE' returning job.*
),
again as (
  update ${job} set status = 'IN_QUEUE', output = null, lease_until = null, takeovers = takeovers + 1
  from late where job.endpoint_id = $1 and job.id = late.id and next = 'IN_QUEUE' returning job.endpoint_id, job.status
),
${stopMembers(schema, "select endpoint_id, worker_id, id from ended where status = 'TIMED_OUT'", "$2")},
${endMembers(schema, "ended", sweepShards.end)},
${againMembers(schema, "again", sweepShards.again)}
select
  (select count(*)::integer from again) as requeued,
  (select count(*)::integer from ended where status = 'FAILED') as failed,
  (select count(*)::integer from ended where status = 'TIMED_OUT') as timed_out,
  ${read("told_stop", "told_end", "told_webhook", "told_again")} as told`;
}
