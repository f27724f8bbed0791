import type { Upload } from "./upload-list.js";
import type { UploadPiece } from "./upload-piece.js";

/** Everything of an upload. */
export function folderOf(id: string): string {
  return `uploads/${id}/`;
}

/** Its pieces; gone once it is whole. */
export function pieceFolderOf(id: string): string {
  return `${folderOf(id)}pieces/`;
}

/** Keys carry the hash of what they name, so that two senders at once never write over each other's bytes. */
export function pieceKey(id: string, { startByte, sha256 }: UploadPiece): string {
  return `${pieceFolderOf(id)}${startByte}-${sha256}`;
}

/** Where the bytes of a whole upload lie. */
export function wholeKey({ id, sha256 }: Pick<Upload, "id" | "sha256">): string {
  return `${folderOf(id)}file-${sha256}`;
}
