import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { parseRange } from "./byte-range.js";
import { mediaTypeOf } from "./media-type-of.js";

/** Answers GET and HEAD for one file, with one byte range where it is asked for (RFC 9110, section 14). Never throws. */
export async function serveFile(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") return end(response, 405, { allow: "GET, HEAD" });
  const file = await openRegular(path);
  if (file === undefined) return end(response, 404);
  try {
    const { size } = await file.stat();
    const range = parseRange(request.headers.range, size);
    if (range === "outside") return end(response, 416, { "content-range": `bytes */${size}` });
    const { start, end: last } = range ?? { start: 0, end: size - 1 };
    response.writeHead(range === undefined ? 200 : 206, {
      "content-type": mediaTypeOf(path),
      "content-length": last - start + 1,
      "accept-ranges": "bytes",
      "cache-control": "private, max-age=3600",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      ...(range !== undefined && { "content-range": `bytes ${start}-${last}/${size}` }),
    });
    if (request.method === "HEAD" || size === 0) return void response.end();
    await pipeline(file.createReadStream({ start, end: last, autoClose: false }), response);
  } catch {
    // Whoever asked has hung up, or the disk failed in the middle: the answer is cut off, and the reader sees that.
    response.destroy();
  } finally {
    await file.close();
  }
}

/** A link at the place of a file is nobody's result. */
async function openRegular(path: string): Promise<FileHandle | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (file === undefined || (await file.stat()).isFile()) return file;
  await file.close();
  return undefined;
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { "content-length": 0, ...headers }).end();
}
