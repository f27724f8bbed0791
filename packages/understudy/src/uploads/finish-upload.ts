import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { UnderstudyError } from "@understudy/render";
import type { Pool } from "pg";
import { isRecording, recordingsInWords } from "#downloads/index.js";
import { sqlOf, transaction } from "#postgres/database.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { pieceFolderOf, pieceKey, wholeKey } from "./upload-keys.js";
import type { Upload } from "./upload-list.js";
import { firstUpload, readPieces, type UploadRow } from "./upload-rows.js";

/** What an upload is finished with. */
export interface FinishingTools {
  readonly pool: Pool;
  readonly artifacts: ArtifactStore;
  readonly now: () => Date;
  readonly limits: { readonly keptDays: number };
  /** What the first 4,100 bytes of a file say it is, such as `video/mp4`; undefined: nothing known. */
  readonly mediaTypeOf: (head: Uint8Array) => Promise<string | undefined>;
}

/** A file on this machine that may be the whole upload. */
export interface WholeFile {
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Longest time for the last step; it goes on when the sender has gone. */
const finishMs = 600_000;

/** Joins the pieces of an upload into one file. */
export async function joinPieces(tools: FinishingTools, { id }: Upload, folder: string): Promise<WholeFile> {
  const signal = AbortSignal.timeout(finishMs);
  const [path, part] = [join(folder, "whole"), join(folder, "part")];
  const hash = createHash("sha256");
  const whole = await open(path, "w", 0o600);
  try {
    for (const piece of await readPieces(sqlOf(tools.pool), id)) {
      await tools.artifacts.fetch(pieceKey(id, piece), part, { sha256: piece.sha256 }, signal);
      for await (const bytes of createReadStream(part, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
        hash.update(bytes);
        await whole.writeFile(bytes);
      }
      await rm(part);
    }
  } finally {
    await whole.close();
  }
  return { path, sha256: hash.digest("hex") };
}

/**
 * Makes an upload whole with a file of its length, or broken when the file is not what was announced, or neither a video nor a picture nor a recording.
 * @returns undefined when somebody else was quicker.
 * @throws UnderstudyError `upload-broken`.
 */
export async function settle(tools: FinishingTools, upload: Upload, file: WholeFile): Promise<Upload | undefined> {
  const { pool, artifacts, now, limits } = tools;
  if (upload.sha256 !== undefined && upload.sha256 !== file.sha256) {
    throw await broken(tools, upload, "The bytes are not those of the announced SHA-256.");
  }
  const mediaType = (await tools.mediaTypeOf(await readHead(file.path))) ?? "of no known type";
  if (!/^(?:video|image)\//.test(mediaType) && !isRecording(mediaType)) {
    const wanted = `a video, a picture or a recording (${recordingsInWords})`;
    throw await broken(tools, upload, `The file is ${mediaType}, not ${wanted}.`);
  }
  const kept = { ...file, byteLength: upload.byteLength, mediaType };
  await artifacts.put(wholeKey({ id: upload.id, sha256: file.sha256 }), kept, AbortSignal.timeout(finishMs));
  const expiresAt = new Date(now().getTime() + limits.keptDays * 86_400_000);
  const settled = await transaction(pool, async (sql) => {
    const found = await sql.query<UploadRow>(
      `update understudy.upload
       set state = 'whole', received_bytes = byte_length, sha256 = $3, media_type = $4, expires_at = $5
       where id = $1 and state = 'open' and received_bytes = $2 returning *`,
      [upload.id, upload.receivedBytes, file.sha256, mediaType, expiresAt],
    );
    await sql.query("delete from understudy.upload_piece where upload_id = $1 and $2", [
      upload.id,
      found.rowCount === 1,
    ]);
    return firstUpload(found);
  });
  if (settled !== undefined) await artifacts.removeAll(pieceFolderOf(upload.id));
  return settled;
}

async function broken({ pool, artifacts }: FinishingTools, { id }: Upload, message: string): Promise<UnderstudyError> {
  await transaction(pool, async (sql) => {
    await sql.query("update understudy.upload set state = 'broken' where id = $1 and state = 'open'", [id]);
    await sql.query("delete from understudy.upload_piece where upload_id = $1", [id]);
  });
  await artifacts.removeAll(pieceFolderOf(id));
  return new UnderstudyError("upload-broken", message);
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Enough for every format (file-type's own sample size). */
const headBytes = 4100;
