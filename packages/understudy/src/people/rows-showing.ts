import type { Sql } from "#postgres/database.js";
import type { ServiceRender } from "#renders/service-render.js";

/** A row in Airtable that shows the link and the picture of a video. */
export interface RowShowing {
  /** `airtable:BASE/TABLE/RECORD`, as an erasure names it. */
  readonly path: string;
  /** Whether it is told what becomes of the video. */
  readonly isConnected: boolean;
}

/** The rows that show what was rendered; found only for as long as the renders are on the list. */
export async function rowsShowing(
  sql: Sql,
  renders: readonly Pick<ServiceRender, "id">[],
): Promise<readonly RowShowing[]> {
  const { rows } = await sql.query<RowShowing>(
    `select concat('airtable:', base_id, '/', table_id, '/', record_id) as path, removed_at is null as "isConnected"
     from understudy.airtable_row row join understudy.airtable_connection connection on connection.id = row.connection_id
     where render_id = any($1) and written->>'phase' = 'complete' and gone_at is null order by path`,
    [renders.map(({ id }) => id)],
  );
  return rows;
}
