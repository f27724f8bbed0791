import type { Pool } from "pg";
import type { ErasureNotes, Tombstone } from "#erase/tombstone.js";
import { sqlOf } from "#postgres/database.js";

/** Whom one owner erased, in PostgreSQL: that another owner erased the same person is theirs to know. */
export function createPostgresErasureNotes(pool: Pool, ownerId: string): ErasureNotes {
  const sql = sqlOf(pool);
  const state = async (subjectId: string): Promise<Tombstone["state"] | undefined> => {
    const { rows } = await sql.query<{ state: string | null }>(
      "select note ->> 'state' as state from understudy.erasure_note where owner_id = $1 and subject_id = $2",
      [ownerId, subjectId],
    );
    const [note] = rows;
    if (note === undefined) return undefined;
    return note.state === "erased" ? "erased" : "begun";
  };
  return {
    async write(tombstone) {
      await sql.query(
        "insert into understudy.erasure_note (owner_id, subject_id, note) values ($1, $2, $3) on conflict (owner_id, subject_id) do update set note = excluded.note",
        [ownerId, tombstone.subjectId, JSON.stringify(tombstone)],
      );
    },
    state,
    was: async (subjectId) => (await state(subjectId)) !== undefined,
  };
}
