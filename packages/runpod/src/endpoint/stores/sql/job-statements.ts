import { read, stopMembers, tell, unsynced } from "./parts.js";

/** SQL of a job's way into the queue and to a worker. $1 is the endpoint's id in all. */
export function jobStatements(schema: string) {
  const job = `${schema}.job`;
  const isHeld = "endpoint_id = $1 and id = $2 and worker_id = $3 and status = 'IN_PROGRESS'";
  return {
    /** One row when the job is new, none when its key is known. */
    submit: `
with kept as (
  insert into ${job} (endpoint_id, id, input, webhook, passed_on, low_priority, execution_timeout_ms, expires_at,
    keep_result_ms, created_at, idempotency_key, remove_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $8)
  on conflict (endpoint_id, idempotency_key) where idempotency_key is not null do nothing
  returning endpoint_id
)
select ${tell(schema, "queued")} from kept`,

    byKey: `select * from ${job} where endpoint_id = $1 and idempotency_key = $2`,

    get: `select * from ${job} where endpoint_id = $1 and id = $2`,

    /** $2: the worker of each slot, $3: now, $4: the lease. */
    take: `
with ${unsynced},
picked as materialized (
  select id from ${job} where endpoint_id = $1 and status = 'IN_QUEUE' and remove_at > $3
  order by low_priority, place limit cardinality($2::text[]) for update skip locked
),
numbered as (select id, row_number() over ()::integer as slot from picked),
taken as (
  update ${job} set status = 'IN_PROGRESS', worker_id = ($2::text[])[slot], started_at = $3, lease_until = $4,
    attempts = attempts + 1
  from numbered where job.endpoint_id = $1 and job.id = numbered.id
  returning job.*, slot
),
unstopped as (
  delete from ${schema}.stop using taken
  where stop.endpoint_id = $1 and stop.worker_id = taken.worker_id and stop.job_id = taken.id
)
select taken.* from taken, unsynced order by slot`,

    giveBack: `
with given as (
  update ${job} set status = 'IN_QUEUE', worker_id = null, started_at = null, lease_until = null, output = null,
    attempts = attempts - 1
  where ${isHeld} returning endpoint_id
)
select ${tell(schema, "queued")} from given`,

    /** $4: the lease, $5: the progress. */
    progress: `
with ${unsynced}
update ${job} set output = $5, lease_until = greatest(lease_until, $4) from unsynced where ${isHeld} returning true`,

    /**
     * $2: the worker, $3: ids of jobs, $4: now, $5: the lease. Locks in the order of ids, as \`extendLeases\`, so that neither
     * blocks both. A job that waits is not locked: \`take\` would skip it.
     */
    touch: `
with ${unsynced},
mine as (
  select id from ${job} where endpoint_id = $1 and worker_id = $2 and status = 'IN_PROGRESS' and id = any($3::text[])
  order by id for update
),
alive as (
  update ${job} set lease_until = greatest(lease_until, $5) from mine where job.endpoint_id = $1 and job.id = mine.id
),
lost as (
  select unnest($3::text[]) as id
  except
  select id from ${job} where endpoint_id = $1 and id = any($3::text[]) and (
    status = 'IN_QUEUE' or (worker_id = $2 and status in ('IN_PROGRESS', 'COMPLETED', 'FAILED'))
  )
),
${stopMembers(schema, "select $1 as endpoint_id, $2 as worker_id, id from lost", "$4::float8")}
select ${read("told_stop")} as told from unsynced`,

    extendLeases: `
with running as (select id from ${job} where endpoint_id = $1 and status = 'IN_PROGRESS' order by id for update)
update ${job} set lease_until = greatest(lease_until, $2) from running
where job.endpoint_id = $1 and job.id = running.id`,

    purge: `
with gone as (
  delete from ${job} where endpoint_id = $1 and id in (
    select id from ${job} where endpoint_id = $1 and status = 'IN_QUEUE' for update skip locked
  ) returning id
),
told as (select ${tell(schema, "anything")} from gone limit 1)
select count(*)::integer as removed, ${read("told")} as told from gone`,

    takeStops: `delete from ${schema}.stop where endpoint_id = $1 and worker_id = $2 returning job_id`,

    counts: `
select
  (select count(*)::integer from ${job} where endpoint_id = $1 and status = 'IN_QUEUE') as in_queue,
  (select count(*)::integer from ${job} where endpoint_id = $1 and status = 'IN_QUEUE' and not low_priority) as urgent,
  (select count(*)::integer from ${job} where endpoint_id = $1 and status = 'IN_PROGRESS') as in_progress,
  (
    select created_at from ${job} where endpoint_id = $1 and status = 'IN_QUEUE' and not low_priority order by place limit 1
  ) as oldest,
  coalesce(sum(completed), 0) as completed, coalesce(sum(failed), 0) as failed, coalesce(sum(retried), 0) as retried
from ${schema}.total where endpoint_id = $1`,
  };
}
