import type { FileHandle } from "node:fs/promises";
import { openRegularFile } from "#media/regular-file.js";
import type { SealableType } from "./provenance.js";

/** Media types whose credentials can be read. */
export type ReadableType =
  | SealableType
  | "audio/flac"
  | "image/avif"
  | "image/gif"
  | "image/heic"
  | "image/jxl"
  | "image/tiff"
  | "image/webp"
  | "video/avi";

/**
 * Recognises media that can carry C2PA credentials by its first 16 bytes, never by its name.
 * @returns undefined for everything else.
 */
export function mediaTypeOf(head: Uint8Array): ReadableType | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, 16)).toString("latin1");
  if (text.slice(4, 8) === "ftyp") return boxedTypes[text.slice(8, 12)] ?? "video/mp4";
  if (text.startsWith("RIFF")) return riffTypes[text.slice(8, 12)];
  // MP3 without a tag begins with a frame: eleven bits set, then its version and layer.
  if (/^\xff[\xe2-\xe7\xf2-\xff]/.test(text)) return "audio/mpeg";
  return starts.find(([start]) => text.startsWith(start))?.[1];
}

/**
 * The same for a file on the disk.
 * @throws UnderstudyError `file-missing`, `unreadable-media` for what is not a file.
 */
export async function readMediaType(path: string): Promise<ReadableType | undefined> {
  const { file } = await openRegularFile(path, "unreadable-media");
  try {
    return mediaTypeOf(await headOf(file));
  } finally {
    await file.close();
  }
}

/** As many bytes of a file as `mediaTypeOf()` looks at. */
export async function headOf(file: FileHandle): Promise<Uint8Array> {
  const head = Buffer.alloc(16);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  return head.subarray(0, bytesRead);
}

const starts: readonly (readonly [string, ReadableType])[] = [
  ["\xff\xd8\xff", "image/jpeg"],
  ["\x89PNG\r\n\x1a\n", "image/png"],
  ["ID3", "audio/mpeg"],
  ["GIF8", "image/gif"],
  ["II*\0", "image/tiff"],
  ["MM\0*", "image/tiff"],
  ["fLaC", "audio/flac"],
  ["\0\0\0\x0cJXL ", "image/jxl"],
];

/** Brands of what is no film (https://mp4ra.org, "Brands"). */
const boxedTypes: Readonly<Record<string, ReadableType>> = {
  "M4A ": "audio/mp4",
  "M4B ": "audio/mp4",
  avif: "image/avif",
  avis: "image/avif",
  heic: "image/heic",
  heix: "image/heic",
  mif1: "image/heic",
};

const riffTypes: Readonly<Record<string, ReadableType>> = {
  WAVE: "audio/wav",
  WEBP: "image/webp",
  "AVI ": "video/avi",
};
