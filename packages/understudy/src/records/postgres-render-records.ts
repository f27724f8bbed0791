import { isRenderId, UnderstudyError } from "@understudy/render";
import type { Pool } from "pg";
import { sqlOf } from "#postgres/database.js";
import type { RenderRecord, RenderRecords } from "./render-records.js";
import { recordOf, storedOf, type StoredRecord } from "./stored-record.js";

/** The render records of one owner in PostgreSQL. */
export function createPostgresRenderRecords(pool: Pool, ownerId: string): RenderRecords {
  const sql = sqlOf(pool);
  const select = async (where: string, ...values: unknown[]): Promise<RenderRecord[]> => {
    const text = `select record from understudy.render_record where owner_id = $1 and ${where} order by started_at, render_id`;
    return (await sql.query<{ record: StoredRecord }>(text, [ownerId, ...values])).rows.map(({ record }) =>
      recordOf(record),
    );
  };
  return {
    async start(record) {
      const { renderId, state, startedAt, people } = record;
      // The first person's columns are for whoever reads the table; everybody is in the record, and found by it.
      const [{ consentId, subjectId }] = people;
      const { rowCount } = await sql.query(start, [
        renderId,
        ownerId,
        state,
        consentId,
        subjectId,
        JSON.stringify(storedOf(record)),
        startedAt,
      ]);
      if (rowCount === 0) throw new UnderstudyError("internal-error", "A render id was given to two owners.");
    },
    async end(renderId, { sourceSha256, ...end }, now) {
      const source = sourceSha256 === undefined ? {} : { sha256: sourceSha256 };
      const ended = { ...end, endedAt: now.toISOString() };
      await sql.query(endOf, [ownerId, renderId, end.state, JSON.stringify(ended), JSON.stringify(source)]);
    },
    async get(renderId) {
      return isRenderId(renderId) ? (await select("render_id = $2", renderId))[0] : undefined;
    },
    list: () => select("true"),
    listStarted: () => select("state = 'started'"),
    async erase(renderId) {
      if (!isRenderId(renderId)) return;
      await sql.query("delete from understudy.render_record where owner_id = $1 and render_id = $2", [
        ownerId,
        renderId,
      ]);
    },
  };
}

/** A render that is begun again, by another runner, has its record written anew. */
const start = `
  insert into understudy.render_record as kept (render_id, owner_id, state, consent_id, subject_id, record, started_at)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (render_id) do update set state = excluded.state, consent_id = excluded.consent_id,
    subject_id = excluded.subject_id, record = excluded.record, started_at = excluded.started_at
  where kept.owner_id = excluded.owner_id`;

/** One statement: a record that is erased meanwhile does not come back. */
const endOf = `
  update understudy.render_record
  set state = $3, record = record || $4::jsonb || jsonb_build_object('source', (record -> 'source') || $5::jsonb)
  where owner_id = $1 and render_id = $2`;
