import { createHash } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { UnderstudyError } from "@understudy/render";
import { dataFolderError } from "#records/private-file.js";
import type { PieceChecksum } from "./upload-list.js";

/** How a piece is taken from a body. */
export interface PieceLimits {
  /** The piece ends with the first bytes that reach this. */
  readonly pieceBytes: number;
  /** What is missing of the upload: more is refused. */
  readonly room: number;
  readonly checksum: PieceChecksum | undefined;
  readonly signal: AbortSignal;
}

/** What came of a body. */
export interface ReceivedPiece {
  readonly byteLength: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** `full`: more may follow. `gone`: the sender went away in the middle, for `reason`. */
  readonly end: "full" | "ended" | "gone";
  readonly reason?: unknown;
}

/**
 * Writes what comes next of a body into a file, never more than `pieceBytes` and one chunk of the body.
 * @throws UnderstudyError `upload-conflict` when it is too long, `upload-broken` when its checksum is another, `disk-full`.
 */
export async function receivePiece(
  body: AsyncIterator<Uint8Array>,
  path: string,
  { pieceBytes, room, checksum, signal }: PieceLimits,
): Promise<ReceivedPiece> {
  // A new file each time: the last one may be a link to what is kept.
  await rm(path, { force: true });
  const file = await open(path, "wx", 0o600).catch(fail);
  const [hash, claimed] = [createHash("sha256"), checksum && createHash(checksum.algorithm)];
  let byteLength = 0;
  const received = (end: ReceivedPiece["end"], reason?: unknown): ReceivedPiece => {
    return { byteLength, sha256: hash.digest("hex"), end, reason };
  };
  try {
    while (byteLength < pieceBytes) {
      const next = await nextOf(body, signal);
      if ("reason" in next) return received("gone", next.reason);
      if (next.done === true) {
        if (claimed && !claimed.digest().equals(checksum!.digest)) throw damaged();
        return received("ended");
      }
      byteLength += next.value.length;
      if (byteLength > room) throw tooLong();
      hash.update(next.value);
      claimed?.update(next.value);
      await file.writeFile(next.value).catch(fail);
    }
    return received("full");
  } finally {
    await file.close();
  }
}

async function nextOf(
  body: AsyncIterator<Uint8Array>,
  signal: AbortSignal,
): Promise<IteratorResult<Uint8Array> | { readonly reason: unknown }> {
  try {
    signal.throwIfAborted();
    return await body.next();
  } catch (reason) {
    return { reason };
  }
}

function tooLong(): UnderstudyError {
  return new UnderstudyError("upload-conflict", "More came than was announced.", {
    hint: "Announce the length of the whole file, and send no more than that.",
  });
}

function damaged(): UnderstudyError {
  return new UnderstudyError("upload-broken", "The piece is not what its checksum says; it does not count.", {
    hint: "Send the piece again.",
  });
}

function fail(thrown: unknown): never {
  throw dataFolderError(thrown);
}
