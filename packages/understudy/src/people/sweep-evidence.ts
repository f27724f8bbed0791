import { createEvidenceShelf, evidencePrefix } from "#records/evidence-shelf.js";
import { sqlOf, type Database } from "#postgres/database.js";
import type { ArtifactStore } from "#storage/artifact-store.js";

/**
 * Removes evidence that no record names: the record's days are over, or it was never made. A record is there before its evidence,
 * so what is listed first and named by nobody afterwards is nobody's. @returns how many files went.
 */
export async function sweepEvidence({
  artifacts,
  database,
}: {
  readonly artifacts: Pick<ArtifactStore, "list" | "put" | "remove">;
  readonly database: Pick<Database, "pool">;
}): Promise<number> {
  const keys = await artifacts.list(evidencePrefix);
  if (keys.length === 0) return 0;
  const { rows } = await sqlOf(database.pool).query<{ name: string }>(
    `select owner_id || '/' || jsonb_array_elements_text(jsonb_path_query_array(record, '$.evidence[*].sha256')) as name
     from understudy.consent`,
  );
  const named = new Set(rows.map(({ name }) => name));
  let count = 0;
  for (const key of keys) {
    const [ownerId = "", name = ""] = key.slice(evidencePrefix.length).split("/");
    if (named.has(`${ownerId}/${name.slice(0, 64)}`)) continue;
    await createEvidenceShelf(artifacts, ownerId).remove(name);
    count += 1;
  }
  return count;
}
