import { createHash, createHmac } from "node:crypto";
import type { Pool } from "pg";
import { sqlOf, type Sql } from "#postgres/database.js";
import type { ResultLinks } from "./result-links.js";

/** What links are made with. */
export interface ResultLinkOptions {
  readonly pool: Pool;
  /** 32 bytes that all processes share: `keptSecret(sql, "result-links")`. */
  readonly secretKey: Buffer;
  readonly now: () => Date;
}

/**
 * Links in the table `result_link`. The secret in an address is derived from the render and the file, so that it is the same
 * after a crash; the table has only its hash. A render with one revoked row has no link that leads anywhere, whatever is made
 * later: a revocation that comes before the first link, or in the middle of `make`, holds as well.
 */
export function createResultLinks({ pool, secretKey, now }: ResultLinkOptions): ResultLinks {
  /** 128 of HMAC's 256 bits, 22 characters. */
  const secretOf = (renderId: string, key: string): string =>
    createHmac("sha256", secretKey).update(`${renderId}\0${key}`).digest().subarray(0, 16).toString("base64url");
  return {
    async make(renderId, files) {
      const sql = sqlOf(pool);
      const made = [];
      for (const file of files) {
        const secret = secretOf(renderId, file.key);
        const facts = [file.key, file.fileName, file.mediaType, file.byteLength, file.sha256];
        await sql.query(insertLink, [hashOf(secret), renderId, ...facts, now()]);
        made.push({ ...file, path: `/r/${secret}/${encodeURIComponent(file.fileName)}` });
      }
      return made;
    },
    async find(secret) {
      if (!/^[A-Za-z0-9_-]{22}$/.test(secret)) return undefined;
      const { rows } = await sqlOf(pool).query<LinkRow>(findLink, [hashOf(secret)]);
      return rows[0] && { ...rows[0], byteLength: Number(rows[0].byteLength) };
    },
    async revoke(sql: Sql, renderId) {
      const revoked = await sql.query(revokeLinks, [renderId, now()]);
      await sql.query(insertRevocation, [hashOf(secretOf(renderId, "")), renderId, now()]);
      return revoked.rowCount ?? 0;
    },
  };
}

interface LinkRow {
  readonly renderId: string;
  readonly artifactKey: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly byteLength: string;
  readonly sha256: string;
}

/** Made again, a file may be another one; its address stays. */
const insertLink = `
  insert into understudy.result_link
    (secret_sha256, render_id, artifact_key, file_name, media_type, byte_length, sha256, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (secret_sha256) do update set file_name = excluded.file_name, media_type = excluded.media_type,
    byte_length = excluded.byte_length, sha256 = excluded.sha256`;

const findLink = `
  select render_id as "renderId", artifact_key as "artifactKey", file_name as "fileName", media_type as "mediaType",
    byte_length as "byteLength", sha256
  from understudy.result_link link
  where secret_sha256 = $1 and not exists (
    select from understudy.result_link other where other.render_id = link.render_id and other.revoked_at is not null)`;

const revokeLinks = "update understudy.result_link set revoked_at = $2 where render_id = $1 and revoked_at is null";

/** A row without a file stands for the revocation itself. */
const insertRevocation = `
  insert into understudy.result_link
    (secret_sha256, render_id, artifact_key, file_name, media_type, byte_length, sha256, created_at, revoked_at)
  select $1, id, '', '', '', 0, '', $3, $3 from understudy.render where id = $2
  on conflict (secret_sha256) do nothing`;

function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
