import type { SealableType } from "./provenance.js";

/**
 * Recognises media that can carry C2PA credentials by its first 16 bytes, never by its name.
 * @returns undefined for everything else.
 */
export function mediaTypeOf(head: Uint8Array): SealableType | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, 16)).toString("latin1");
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WAVE") return "audio/wav";
  if (text.startsWith("ID3") || /^\xff[\xe2-\xe7\xf2-\xff]/.test(text)) return "audio/mpeg";
  if (text.slice(4, 8) === "ftyp") return text.slice(8, 11) === "M4A" ? "audio/mp4" : "video/mp4";
  return undefined;
}
