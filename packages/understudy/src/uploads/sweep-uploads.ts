import type { Sql } from "#postgres/database.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import type { Upload } from "./upload-list.js";
import { discardUpload, uploadOf, type UploadRow } from "./upload-rows.js";

/** What a sweep works with. */
export interface UploadSweep {
  readonly sql: Sql;
  readonly artifacts: ArtifactStore;
  readonly now: Date;
  /** Joins what has arrived in whole. */
  readonly finish: (upload: Upload) => Promise<unknown>;
}

/** Uploads that one sweep looks at, of each kind. */
const batch = 100;

/**
 * Finishes uploads whose bytes are all there while nobody made them whole, because a process was killed in its last step; and
 * removes those whose time is over. Several processes may sweep at once.
 * @returns how many were removed.
 */
export async function sweepUploads({ sql, artifacts, now, finish }: UploadSweep): Promise<number> {
  const select = async (condition: string): Promise<readonly Upload[]> => {
    const text = `select * from understudy.upload where ${condition} order by expires_at limit ${batch}`;
    return (await sql.query<UploadRow>(text, [now])).rows.map(uploadOf);
  };
  let removed = 0;
  for (const upload of await select("expires_at <= $1")) {
    if (await discardUpload(sql, artifacts, upload)) removed += 1;
  }
  for (const upload of await select("expires_at > $1 and state = 'open' and received_bytes = byte_length")) {
    // What cannot be finished is broken by then, or it is tried again.
    await finish(upload).catch(() => undefined);
  }
  return removed;
}
