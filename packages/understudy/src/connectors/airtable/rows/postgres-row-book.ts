import type { Pool } from "pg";
import { sqlOf } from "#postgres/database.js";
import { renderOf, type RenderRow } from "#renders/render-rows.js";
import type { ResultFile } from "#renders/service-render.js";
import type { RowBook } from "./row-book.js";
import { knownRowOf, type KeptRow } from "./kept-row.js";

/** What the book works with. */
export interface RowBookOptions {
  readonly pool: Pool;
  now(): Date;
}

/** Before a row that could not be told is tried again, in seconds; doubled each time, up to an hour. */
const firstPauseSeconds = 5;

/** What is known of rows, in PostgreSQL. */
export function createRowBook({ pool, now }: RowBookOptions): RowBook {
  const sql = sqlOf(pool);
  return {
    async read(within, connectionId, recordId, isLocked) {
      if (isLocked) {
        // A row that is not there yet cannot be locked.
        await within.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [lockName(connectionId, recordId)]);
        // Whoever ends a render locks it, and then its row: the other way round, two would wait for each other.
        await within.query(
          `select from understudy.render where id = (
             select render_id from understudy.airtable_row where connection_id = $1 and record_id = $2
           ) for update`,
          [connectionId, recordId],
        );
      }
      const { rows } = await within.query<KeptRow>(
        `select * from understudy.airtable_row where connection_id = $1 and record_id = $2 ${isLocked ? "for update" : ""}`,
        [connectionId, recordId],
      );
      return rows[0] && knownRowOf(rows[0]);
    },

    async put(within, connectionId, row, isDue) {
      await within.query(
        `insert into understudy.airtable_row as kept (connection_id, record_id, asked, inputs_sha256, seen_sha256, render_id,
           refusal, incomplete_since, written, pictured_render_id, gone_at, change)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (connection_id, record_id) do update set asked = excluded.asked, inputs_sha256 = excluded.inputs_sha256,
           seen_sha256 = excluded.seen_sha256, render_id = excluded.render_id, refusal = excluded.refusal,
           incomplete_since = excluded.incomplete_since, written = excluded.written,
           pictured_render_id = excluded.pictured_render_id, gone_at = excluded.gone_at, change = kept.change + excluded.change,
           attempts = case excluded.change when 0 then kept.attempts else 0 end,
           next_write_at = case excluded.change when 0 then kept.next_write_at end`,
        [
          connectionId,
          row.recordId,
          row.asked,
          row.inputsSha256 ?? null,
          row.seenSha256 ?? null,
          row.renderId ?? null,
          jsonOrNull(row.refusal),
          row.incompleteSince ?? null,
          jsonOrNull(row.written),
          row.picturedRenderId ?? null,
          row.isGone ? now() : null,
          isDue ? 1 : 0,
        ],
      );
    },

    async due(connectionId, limit) {
      // Nobody can estimate how few rows are unwritten: without `offset 0` all renders would be read (68 ms of 200,000, else 0.5 ms).
      const { rows } = await sql.query<KeptRow & (RenderRow | { readonly id: null })>(
        `select known.*, render.* from understudy.airtable_row known
         left join lateral (select * from understudy.render where id = known.render_id offset 0) render on true
         where ${isUnwritten} and (next_write_at is null or next_write_at <= $2)
         order by render.state in ('queued', 'running') nulls first, coalesce(render.ended_at, render.queued_at) nulls first, record_id
         limit $3`,
        [connectionId, now(), limit],
      );
      return rows.map((row) => ({
        known: knownRowOf(row),
        change: Number(row.change),
        ...(row.id !== null && { render: renderOf(row) }),
      }));
    },

    async noteWritten(connectionId, rows) {
      // Of two that told the same row, the one that read it later counts. A row that somebody is changing is due again anyway: waiting
      // for it, as an erasure waits for another one of these, could be for ever.
      await sql.query(
        `with told as (
           select record_id, told.change, told.written from understudy.airtable_row row
           join jsonb_to_recordset($2) as told (record_id text, change bigint, written jsonb) using (record_id)
           where connection_id = $1 and written_change < told.change for update of row skip locked
         )
         update understudy.airtable_row row set written = told.written, written_change = told.change, attempts = 0, next_write_at = null
         from told where connection_id = $1 and row.record_id = told.record_id`,
        [
          connectionId,
          JSON.stringify(rows.map(({ known, change, written }) => ({ record_id: known.recordId, change, written }))),
        ],
      );
      // A row that was cleared of what is erased is forgotten: its id leads to a person.
      await sql.query(
        `delete from understudy.airtable_row row where connection_id = $1 and record_id = any($2) and written_change = change
           and written->>'phase' = 'removed' and not exists (select from understudy.render where id = row.render_id)`,
        [connectionId, rows.map(({ known }) => known.recordId)],
      );
    },

    async notePostponed(connectionId, recordId) {
      await sql.query(
        `update understudy.airtable_row set attempts = attempts + 1,
           next_write_at = $3::timestamptz + make_interval(secs => least(3600, ${firstPauseSeconds} * power(2, least(attempts, 20))))
         where connection_id = $1 and record_id = $2`,
        [connectionId, recordId, now()],
      );
    },

    async inWork(connectionId, recordIds) {
      const { rows } = await sql.query<{ id: string }>(
        `select id from understudy.render where state in ('queued', 'running') and id in (
           select render_id from understudy.airtable_row where connection_id = $1 and record_id = any($2) and gone_at is null
         )`,
        [connectionId, recordIds],
      );
      return rows.map(({ id }) => id);
    },

    async noteGone(connectionId, recordIds) {
      await sql.query(
        "update understudy.airtable_row set gone_at = $3 where connection_id = $1 and record_id = any($2) and gone_at is null",
        [connectionId, recordIds, now()],
      );
    },

    async duePicture(connectionId) {
      const { rows } = await sql.query<{ recordId: string; renderId: string; file: ResultFile }>(
        `select record_id as "recordId", render.id as "renderId", file from understudy.airtable_row known
         join understudy.render on render.id = known.render_id
         cross join lateral (
           select file from jsonb_array_elements(render.result) file where file->>'mediaType' = 'image/jpeg' limit 1
         ) picture
         where connection_id = $1 and gone_at is null and pictured_render_id is distinct from render_id
           and written->>'phase' = 'complete' and (written->>'asked')::integer = asked
           and render.state = 'finished' and outputs_removed_at is null
         order by render.ended_at, record_id limit 1`,
        [connectionId],
      );
      return rows[0];
    },

    async notePicture(connectionId, recordId, renderId) {
      await sql.query(
        "update understudy.airtable_row set pictured_render_id = $3 where connection_id = $1 and record_id = $2",
        [connectionId, recordId, renderId],
      );
    },

    async nextDueAt(connectionId) {
      const { rows } = await sql.query<{ at: Date | null }>(
        `select min(next_write_at) as at from understudy.airtable_row where ${isUnwritten} and next_write_at > $2`,
        [connectionId, now()],
      );
      return rows[0]?.at ?? undefined;
    },
  };
}

/** Rows of connection $1 that may have to be told something. */
const isUnwritten = "connection_id = $1 and written_change < change and gone_at is null";

function lockName(connectionId: string, recordId: string): string {
  return `understudy.airtable_row/${connectionId}/${recordId}`;
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
