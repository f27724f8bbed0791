import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { UnderstudyError } from "@understudy/render";
import { sqlOf, transaction, type Sql } from "#postgres/database.js";
import { makePrivateFolder, withStagingFolder } from "#records/index.js";
import { joinPieces, settle, type FinishingTools } from "./finish-upload.js";
import { receivePiece, type ReceivedPiece } from "./receive-piece.js";
import { sweepUploads } from "./sweep-uploads.js";
import { folderOf, pieceFolderOf, pieceKey, wholeKey } from "./upload-keys.js";
import type { NewUpload, Upload, UploadList } from "./upload-list.js";
import { discardUpload, firstUpload, notePiece, uploadOf, type UploadRow } from "./upload-rows.js";

/** What uploads work with. */
export interface UploadListOptions extends FinishingTools {
  /** Holds pieces until they are kept; best on the disk of the artifact store, where a file is linked and not copied. */
  readonly workFolder: string;
  readonly limits: UploadLimits;
}

/** What an owner may send, and how long it is kept. */
export interface UploadLimits {
  /** Most bytes of one upload. */
  readonly maxInputBytes: number;
  /** Days that a whole upload is kept. */
  readonly keptDays: number;
  /** Uploads of one owner that may be open at a time; default 100. */
  readonly openUploads?: number;
  /** A longer body is kept in pieces of this size; default 64 MiB. */
  readonly pieceBytes?: number;
}

/** Uploads, and what tidies them up. */
export interface SweptUploadList extends UploadList {
  /** Finishes what a killed process left unfinished, and removes what has expired. @returns how many were removed. */
  sweep(now: Date): Promise<number>;
}

/** An upload that is not whole by then is removed. */
const openMs = 24 * 3_600_000;

/** Bounds the rows and objects of an upload whose sender breaks off all the time. */
const maxPieces = 10_000;

/** Longest way of a piece into the store; it is kept also when its sender has gone. */
const putMs = 300_000;

/**
 * Uploads in the table `upload`. A piece counts by one statement that moves `received_bytes` on from where the piece begins: of
 * two senders one fails, no lock is held while bytes arrive, and a sender that hangs keeps nobody waiting.
 */
export function createUploadList(options: UploadListOptions): SweptUploadList {
  const { pool, artifacts, now, workFolder, limits } = options;
  const { pieceBytes = 64 << 20 } = limits;
  const sql = sqlOf(pool);
  const find = async (ownerId: string, id: string): Promise<Upload | undefined> =>
    firstUpload(
      await sql.query<UploadRow>(
        "select * from understudy.upload where id = $1 and owner_id = $2 and expires_at > $3",
        [id, ownerId, now()],
      ),
    );

  /** What was put meanwhile must not stay behind when the upload is gone. @throws UnderstudyError `upload-conflict`. */
  const lose = async ({ ownerId, id }: Upload): Promise<never> => {
    const state = (await find(ownerId, id))?.state;
    if (state !== "open") await artifacts.removeAll(state === undefined ? folderOf(id) : pieceFolderOf(id));
    throw conflict("Another sender was quicker, or the upload was removed.");
  };

  const keep = async (upload: Upload, path: string, { sha256, byteLength }: ReceivedPiece): Promise<Upload> => {
    if (byteLength === upload.byteLength) return (await settle(options, upload, { path, sha256 })) ?? lose(upload);
    const piece = { startByte: upload.receivedBytes, byteLength, sha256 };
    const file = { path, sha256, byteLength, mediaType: "application/octet-stream" };
    await artifacts.put(pieceKey(upload.id, piece), file, AbortSignal.timeout(putMs));
    if (!(await notePiece(sql, upload.id, piece))) await lose(upload);
    return { ...upload, receivedBytes: upload.receivedBytes + byteLength };
  };

  /** Somebody else may do the same at this moment, and take the pieces away when it is done. */
  const finish = async (upload: Upload, folder: string): Promise<Upload> => {
    const whole = async () => {
      const found = await find(upload.ownerId, upload.id);
      return found?.state === "whole" ? found : undefined;
    };
    try {
      const settled = await settle(options, upload, await joinPieces(options, upload, folder));
      return settled ?? (await whole()) ?? (await lose(upload));
    } catch (thrown) {
      const found = await whole();
      if (found !== undefined) return found;
      throw thrown;
    }
  };

  const inWorkFolder = async <T>(action: (folder: string) => Promise<T>): Promise<T> => {
    await makePrivateFolder(workFolder);
    return withStagingFolder(workFolder, action);
  };

  return {
    async create(ownerId, wish) {
      assertLength(wish.byteLength, limits.maxInputBytes);
      return transaction(pool, (sql) => insertUpload(sql, ownerId, wish, now(), limits.openUploads ?? 100));
    },
    get: find,
    async list(ownerId, limit) {
      const { rows } = await sql.query<UploadRow>(
        `select * from understudy.upload where owner_id = $1 and expires_at > $2
         order by created_at desc, id desc limit $3`,
        [ownerId, now(), limit],
      );
      return rows.map(uploadOf);
    },
    async append({ ownerId, id }, offset, body, signal, checksum) {
      const begun = await find(ownerId, id);
      assertTakes(begun, offset);
      await assertFewPieces(sql, id);
      const arriving = body[Symbol.asyncIterator]();
      return inWorkFolder(async (folder) => {
        const path = join(folder, "piece");
        let upload = begun;
        for (;;) {
          const room = upload.byteLength - upload.receivedBytes;
          const piece = await receivePiece(arriving, path, { pieceBytes, room, checksum, signal });
          if (checksum !== undefined && piece.end === "full") throw tooLongForChecksum(pieceBytes);
          const counts = checksum === undefined || piece.end === "ended";
          if (counts && piece.byteLength > 0) upload = await keep(upload, path, piece);
          if (piece.end === "gone") throw piece.reason;
          if (piece.end === "ended") break;
        }
        const isComplete = upload.state === "open" && upload.receivedBytes === upload.byteLength;
        return isComplete ? finish(upload, folder) : upload;
      });
    },
    remove: (ownerId, id) => discardUpload(sql, artifacts, { ownerId, id }),
    artifactKey: wholeKey,
    sweep: (now) =>
      sweepUploads({ sql, artifacts, now, finish: (upload) => inWorkFolder((folder) => finish(upload, folder)) }),
  };
}

async function insertUpload(
  sql: Sql,
  ownerId: string,
  { byteLength, sha256, fileName }: NewUpload,
  now: Date,
  openUploads: number,
): Promise<Upload> {
  await sql.query("select pg_advisory_xact_lock(hashtext('understudy.upload'), hashtext($1))", [ownerId]);
  const open = await sql.query<{ count: string }>(
    "select count(*) from understudy.upload where owner_id = $1 and state = 'open' and expires_at > $2",
    [ownerId, now],
  );
  if (Number(open.rows[0]!.count) >= openUploads) throw tooManyOpen(openUploads);
  const id = `upload_${randomBytes(8).toString("hex")}`;
  const made = await sql.query<UploadRow>(
    `insert into understudy.upload (id, owner_id, state, byte_length, sha256, file_name, created_at, expires_at)
     values ($1, $2, 'open', $3, $4, $5, $6, $7) returning *`,
    [id, ownerId, byteLength, sha256 ?? null, fileName ?? null, now, new Date(now.getTime() + openMs)],
  );
  return uploadOf(made.rows[0]!);
}

function assertLength(byteLength: number, maxBytes: number): void {
  if (!Number.isSafeInteger(byteLength) || byteLength < 1) {
    throw new UnderstudyError("bad-request", "An upload has at least one byte.");
  }
  if (byteLength <= maxBytes) return;
  throw new UnderstudyError("input-too-large", `The file has ${byteLength} bytes; at most ${maxBytes} are taken.`);
}

function assertTakes(upload: Upload | undefined, offset: number): asserts upload is Upload {
  if (upload === undefined) throw conflict("The upload was removed, or has expired.");
  if (upload.state !== "open") throw conflict(`The upload is ${upload.state} already.`);
  if (upload.receivedBytes === offset) return;
  throw conflict(`The next piece begins at ${upload.receivedBytes}, not at ${offset}.`);
}

async function assertFewPieces(sql: Sql, id: string): Promise<void> {
  const text = "select count(*) from understudy.upload_piece where upload_id = $1";
  const { rows } = await sql.query<{ count: string }>(text, [id]);
  if (Number(rows[0]!.count) < maxPieces) return;
  throw new UnderstudyError("upload-broken", `The upload came in ${maxPieces} pieces and is not whole.`, {
    hint: "Make a new upload and send larger pieces.",
  });
}

function conflict(message: string): UnderstudyError {
  return new UnderstudyError("upload-conflict", message);
}

function tooManyOpen(openUploads: number): UnderstudyError {
  return new UnderstudyError("rate-limited", `There are ${openUploads} uploads that are not whole yet.`, {
    hint: "Send the rest of them, or remove those that are not needed.",
  });
}

function tooLongForChecksum(pieceBytes: number): UnderstudyError {
  return new UnderstudyError("input-too-large", `A piece with a checksum has less than ${pieceBytes} bytes.`, {
    hint: "Send it in smaller pieces.",
  });
}
