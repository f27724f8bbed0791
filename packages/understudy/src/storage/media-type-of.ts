import { extname } from "node:path";

/** Content type of a file that a render writes, by its ending. */
export function mediaTypeOf(path: string): string {
  return mediaTypes[extname(path)] ?? "application/octet-stream";
}

const mediaTypes: Readonly<Record<string, string>> = {
  ".mp4": "video/mp4",
  ".json": "application/json",
  ".c2pa": "application/c2pa",
  ".jpg": "image/jpeg",
  ".srt": "application/x-subrip",
  ".vtt": "text/vtt; charset=utf-8",
  ".ass": "text/x-ssa; charset=utf-8",
  ".html": "text/html; charset=utf-8",
};
