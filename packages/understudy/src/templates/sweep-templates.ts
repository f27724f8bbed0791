import { transaction, type Database } from "#postgres/database.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { templatePrefix } from "./owner-templates.js";

/** Templates that one sweep removes; the next one goes on. */
const atOnce = 100;

/**
 * Removes templates that no render has used for so many days. One that is used at this very moment stays.
 * @returns how many were removed.
 */
export async function sweepTemplates(
  { database, artifacts }: { readonly database: Pick<Database, "pool">; readonly artifacts: ArtifactStore },
  unusedDays: number,
  now: Date,
): Promise<number> {
  const before = new Date(now.getTime() - unusedDays * 86_400_000);
  return transaction(database.pool, async (sql) => {
    const { rows } = await sql.query<{ ownerId: string; sourceSha256: string }>(
      `select owner_id as "ownerId", source_sha256 as "sourceSha256" from understudy.template where used_at <= $1
       order by used_at limit $2 for update skip locked`,
      [before, atOnce],
    );
    for (const { ownerId, sourceSha256 } of rows) {
      await artifacts.removeAll(templatePrefix(ownerId, sourceSha256));
      await sql.query("delete from understudy.template where owner_id = $1 and source_sha256 = $2", [
        ownerId,
        sourceSha256,
      ]);
    }
    return rows.length;
  });
}
