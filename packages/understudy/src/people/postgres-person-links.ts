import { createHash, randomBytes } from "node:crypto";
import type { Pool } from "pg";
import { sqlOf } from "#postgres/database.js";
import type { PersonLinks } from "./person-links.js";

/** What the links work with. */
export interface PersonLinkOptions {
  readonly pool: Pool;
  /** Address of the service, without a slash at its end. */
  publicUrl(): string;
  now(): Date;
}

/** The links in PostgreSQL. A token has 192 random bits; only its SHA-256 is kept. */
export function createPersonLinks({ pool, publicUrl, now }: PersonLinkOptions): PersonLinks {
  const sql = sqlOf(pool);
  return {
    async make({ ownerId, subjectId }) {
      const token = randomBytes(24).toString("base64url");
      await sql.query(
        "insert into understudy.person_link (token_sha256, owner_id, subject_id, created_at) values ($1, $2, $3, $4)",
        [hashOf(token), ownerId, subjectId, now()],
      );
      return { token, url: `${publicUrl()}/me/${token}` };
    },
    async find(token) {
      if (!tokenForm.test(token)) return undefined;
      const { rows } = await sql.query<{ owner_id: string; subject_id: string }>(
        "select owner_id, subject_id from understudy.person_link where token_sha256 = $1 and revoked_at is null",
        [hashOf(token)],
      );
      const [row] = rows;
      return row && { ownerId: row.owner_id, subjectId: row.subject_id };
    },
    async revoke({ ownerId, subjectId }) {
      await sql.query(
        "update understudy.person_link set revoked_at = $3 where owner_id = $1 and subject_id = $2 and revoked_at is null",
        [ownerId, subjectId, now()],
      );
    },
  };
}

/** 24 bytes in base64url. */
const tokenForm = /^[A-Za-z0-9_-]{32}$/;

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
