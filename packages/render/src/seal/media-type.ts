import type { SealableType } from "./provenance.js";

/** Media types whose credentials can be read. */
export type ReadableType =
  | SealableType
  | "audio/flac"
  | "image/gif"
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
  if (text.slice(4, 8) === "ftyp") return text.slice(8, 11) === "M4A" ? "audio/mp4" : "video/mp4";
  if (text.startsWith("RIFF")) return riffTypes[text.slice(8, 12)];
  // MP3 without a tag begins with a frame: eleven bits set, then its version and layer.
  if (/^\xff[\xe2-\xe7\xf2-\xff]/.test(text)) return "audio/mpeg";
  return starts.find(([start]) => text.startsWith(start))?.[1];
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

const riffTypes: Readonly<Record<string, ReadableType>> = {
  WAVE: "audio/wav",
  WEBP: "image/webp",
  "AVI ": "video/avi",
};
