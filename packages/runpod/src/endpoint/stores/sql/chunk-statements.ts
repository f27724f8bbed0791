import { read, tell } from "./parts.js";

/** SQL of streamed chunks. $1 is the endpoint's id, $2 the job's. */
export function chunkStatements(schema: string) {
  const [job, chunk] = [`${schema}.job`, `${schema}.chunk`];
  const isIt = "job.endpoint_id = $1 and job.id = $2";
  return {
    /**
     * $3: the worker, $4: the lease, $5: output, $6: its bytes, $7: its number, $8: most bytes. One row when the worker has the
     * job. There is room, or the number is known: it is kept.
     */
    addChunk: `
with mine as materialized (
  select id, chunk_bytes from ${job} where ${isIt} and worker_id = $3 and status = 'IN_PROGRESS' for update
),
added as (
  insert into ${chunk} (endpoint_id, job_id, sequence, output) select $1, $2, $7::bigint, $5 from mine where chunk_bytes < $8::float8
  on conflict (endpoint_id, job_id, sequence) where sequence is not null do nothing
  returning endpoint_id, job_id as id
),
alive as (
  update ${job} set lease_until = greatest(lease_until, $4), chunk_bytes = job.chunk_bytes + $6::bigint * (select count(*) from added)
  from mine where ${isIt}
),
told as (select ${tell(schema, "changed")} from added)
select
  chunk_bytes < $8::float8 or exists (
    select from ${chunk} where endpoint_id = $1 and job_id = $2 and sequence = $7::bigint
  ) as is_kept,
  ${read("told")} as told
from mine`,

    /**
     * One row for each chunk, and one without any when there is none. The status is read without a lock: it is of the same moment
     * as the chunks, so whoever sees that the job has ended has all of them.
     */
    drainChunks: `
with locked as materialized (select id from ${job} where ${isIt} and chunk_bytes > 0 for update),
waiting as materialized (
  select chunk.arrival, chunk.sequence, chunk.output from ${chunk}, locked
  where chunk.endpoint_id = $1 and chunk.job_id = $2 and chunk.output is not null for update of chunk
),
emptied as (
  update ${chunk} set output = null from waiting
  where chunk.endpoint_id = $1 and chunk.job_id = $2 and chunk.arrival = waiting.arrival and waiting.sequence is not null
),
dropped as (
  delete from ${chunk} using waiting
  where chunk.endpoint_id = $1 and chunk.job_id = $2 and chunk.arrival = waiting.arrival and waiting.sequence is null
),
freed as (
  update ${job} set chunk_bytes = job.chunk_bytes - (select coalesce(sum(octet_length(output)), 0) from waiting)
  from locked where ${isIt}
)
select job.status, waiting.output from ${job} left join waiting on true where ${isIt}
order by waiting.sequence nulls last, waiting.arrival`,
  };
}
