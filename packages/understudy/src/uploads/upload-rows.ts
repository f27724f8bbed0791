import type { Sql } from "#postgres/database.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { folderOf } from "./upload-keys.js";
import type { Upload } from "./upload-list.js";
import type { UploadPiece } from "./upload-piece.js";

/** A row of `understudy.upload`; bigint columns arrive as text. */
export interface UploadRow {
  readonly id: string;
  readonly owner_id: string;
  readonly state: Upload["state"];
  readonly byte_length: string;
  readonly received_bytes: string;
  readonly media_type: string | null;
  readonly sha256: string | null;
  readonly file_name: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
}

/** The row as an upload. */
export function uploadOf(row: UploadRow): Upload {
  return {
    id: row.id,
    ownerId: row.owner_id,
    state: row.state,
    byteLength: Number(row.byte_length),
    receivedBytes: Number(row.received_bytes),
    ...(row.media_type !== null && { mediaType: row.media_type }),
    ...(row.sha256 !== null && { sha256: row.sha256 }),
    ...(row.file_name !== null && { fileName: row.file_name }),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** The first row of an answer as an upload. */
export function firstUpload({ rows }: { readonly rows: readonly UploadRow[] }): Upload | undefined {
  return rows[0] && uploadOf(rows[0]);
}

/** Notes a piece that lies in the store. @returns false when another sender was quicker, or the upload takes none any more. */
export async function notePiece(sql: Sql, id: string, piece: UploadPiece): Promise<boolean> {
  const { rowCount } = await sql.query(
    `with taken as (
       update understudy.upload set received_bytes = received_bytes + $3
       where id = $1 and received_bytes = $2 and state = 'open' returning id)
     insert into understudy.upload_piece (upload_id, start_byte, byte_length, sha256) select id, $2, $3, $4 from taken`,
    [id, piece.startByte, piece.byteLength, piece.sha256],
  );
  return rowCount === 1;
}

/** Pieces in order. */
export async function readPieces(sql: Sql, id: string): Promise<readonly UploadPiece[]> {
  const { rows } = await sql.query<{ start_byte: string; byte_length: string; sha256: string }>(
    "select start_byte, byte_length, sha256 from understudy.upload_piece where upload_id = $1 order by start_byte",
    [id],
  );
  return rows.map(({ start_byte, byte_length, sha256 }) => {
    return { startByte: Number(start_byte), byteLength: Number(byte_length), sha256 };
  });
}

/**
 * Removes an upload and all its bytes. It is nobody's any more before its bytes go, and its row goes last: what is interrupted
 * goes on at the next sweep.
 * @returns false when the owner has no such upload.
 */
export async function discardUpload(
  sql: Sql,
  artifacts: Pick<ArtifactStore, "removeAll">,
  { ownerId, id }: Pick<Upload, "ownerId" | "id">,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    "update understudy.upload set state = 'broken', expires_at = created_at where id = $1 and owner_id = $2",
    [id, ownerId],
  );
  if (rowCount !== 1) return false;
  await artifacts.removeAll(folderOf(id));
  await sql.query("delete from understudy.upload where id = $1", [id]);
  return true;
}
