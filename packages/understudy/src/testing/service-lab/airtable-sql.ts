import { openTestPostgres } from "@understudy/local-postgres/testing";
import type { Pool } from "pg";
import { createConnectionList } from "#connectors/airtable/connections/postgres-connection-list.js";
import { createRowBook } from "#connectors/airtable/rows/postgres-row-book.js";
import { sampleColumns } from "#connectors/airtable/testing/sample-rows.js";
import { createKeyList } from "#access/postgres-key-list.js";
import { configSchema } from "#config/index.js";
import { createPool } from "#postgres/create-pool.js";
import { migrate } from "#postgres/migrate.js";

/** How long statements take in a table of so many rows that were rendered, in milliseconds: medians. */
export interface AirtableSqlResult {
  readonly rows: number;
  /** Rows to be told something when `due()` was asked. */
  readonly dueRows: number;
  /** By what the row book calls them. */
  readonly statements: Readonly<Record<string, number>>;
  /** One update of a render's state. */
  readonly stateUpdate: {
    readonly withoutTrigger: number;
    readonly ofNoRow: number;
    readonly ofARow: number;
  };
}

/** Fills tables of a database of its own, and asks it what the work on a connection asks. */
export async function measureAirtableSql(rowCount: number, dueCount: number): Promise<AirtableSqlResult> {
  const server = await openTestPostgres();
  const pool = createPool({ ...server.connection, max: 2 });
  try {
    await migrate(pool);
    const connectionId = await fill(pool, rowCount, dueCount);
    const asked: { readonly text: string; readonly values: readonly unknown[] }[] = [];
    const noting = {
      query(text: string, values: unknown[]) {
        asked.push({ text, values });
        return pool.query(text, values);
      },
    } as unknown as Pool;
    const book = createRowBook({ pool: noting, now });
    const due = await book.due(connectionId, 10);
    await book.duePicture(connectionId);
    await book.nextDueAt(connectionId);
    await book.noteWritten(
      connectionId,
      due.map((row) => ({ ...row, written: row.known.written })),
    );
    const statements: Record<string, number> = {};
    for (const [index, name] of ["due", "duePicture", "nextDueAt", "noteWritten"].entries()) {
      statements[name] = await medianOf(15, () => explained(pool, asked[index]!.text, asked[index]!.values));
    }
    return { rows: rowCount, dueRows: dueCount, statements, stateUpdate: await updates(pool) };
  } finally {
    await pool.end();
    await server.stop();
  }
}

const now = (): Date => new Date("2027-01-01T12:00:00Z");

async function fill(pool: Pool, rowCount: number, dueCount: number): Promise<string> {
  const keys = createKeyList({ pool, now, defaults: configSchema.parse({}).server });
  const { key } = await keys.create({ name: "bench", scopes: ["renders:write"] });
  const { id } = await createConnectionList({ pool, now }).keep({
    ownerId: key.ownerId,
    keyId: key.keyId,
    baseId: "appBench000000000",
    tableId: "tblBench000000000",
    tableName: "Videos",
    tokenVariable: "AIRTABLE_TOKEN",
    columns: sampleColumns(),
    consent: { kind: "on-record" },
  });
  // A manifest has some kilobytes. Renders of nobody's row are as many again.
  await pool.query(
    `insert into understudy.render (id, owner_id, api_key_id, state, wish, priority, created_at, queued_at, started_at, ended_at,
       result, manifest)
     select 'render_' || n, $1, $2, 'finished', '{"source": {"kind": "url", "url": "https://videos.example/a.mp4"}}', 0, at, at, at, at,
       '[{"mediaType": "video/mp4"}, {"mediaType": "image/jpeg"}]', jsonb_build_object('text', repeat(md5(n::text), 100))
     from generate_series(1, 2 * $3::integer) n, lateral (select $4::timestamptz - n * interval '1 minute' as at) _`,
    [key.ownerId, key.keyId, rowCount, now()],
  );
  await pool.query(
    `insert into understudy.airtable_row (connection_id, record_id, asked, render_id, written, pictured_render_id, change, written_change)
     select $1, 'rec' || n, 1, 'render_' || n, '{"phase": "complete", "asked": 1, "run": 1}',
       case when n % 5000 <> 1 then 'render_' || n end, 2, case when n > $3 then 2 else 1 end
     from generate_series(1, $2::integer) n`,
    [id, rowCount, dueCount],
  );
  await pool.query("analyze");
  return id;
}

/** What the server itself took, in milliseconds; nothing is changed. */
async function explained(pool: Pool, text: string, values: readonly unknown[]): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rows } = await client.query<{ "QUERY PLAN": [{ "Execution Time": number; "Planning Time": number }] }>(
      `explain (analyze, format json) ${text}`,
      values as unknown[],
    );
    const [plan] = rows[0]!["QUERY PLAN"];
    return plan["Execution Time"] + plan["Planning Time"];
  } finally {
    await client.query("rollback");
    client.release();
  }
}

async function updates(pool: Pool): Promise<AirtableSqlResult["stateUpdate"]> {
  const { rows } = await pool.query<{ count: number }>(
    "select count(*)::integer as count from understudy.airtable_row",
  );
  const [ofARow, ofNone] = [(n: number) => `render_${n}`, (n: number) => `render_${rows[0]!.count + n}`];
  const set = (isOn: boolean) =>
    pool.query(`alter table understudy.render ${isOn ? "enable" : "disable"} trigger airtable_row_of_changed_render`);
  const times = async (idOf: (n: number) => string, state: string): Promise<number> => {
    let n = 0;
    return medianOf(500, async () => {
      const began = performance.now();
      await pool.query("update understudy.render set state = $2 where id = $1", [idOf((n += 1)), state]);
      return performance.now() - began;
    });
  };
  // Warm first.
  await times(ofNone, "failed");
  await set(false);
  const withoutTrigger = await times(ofNone, "cancelled");
  await set(true);
  return { withoutTrigger, ofNoRow: await times(ofNone, "failed"), ofARow: await times(ofARow, "failed") };
}

async function medianOf(count: number, measure: () => Promise<number>): Promise<number> {
  const measured: number[] = [];
  for (let done = 0; done < count; done += 1) measured.push(await measure());
  return measured.toSorted((one, other) => one - other)[Math.floor(count / 2)]!;
}
