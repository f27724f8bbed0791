import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { mediaTypeOf } from "./media-type-of.js";

/** Answers GET and HEAD for one file, with one byte range where it is asked for (RFC 9110, section 14). Never throws. */
export async function serveFile(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") return end(response, 405, { allow: "GET, HEAD" });
  const file = await openRegular(path);
  if (file === undefined) return end(response, 404);
  try {
    const { size } = await file.stat();
    const range = rangeOf(request.headers.range, size);
    if (range === "outside") return end(response, 416, { "content-range": `bytes */${size}` });
    const { first, last } = range ?? { first: 0, last: size - 1 };
    response.writeHead(range === undefined ? 200 : 206, {
      "content-type": mediaTypeOf(path),
      "content-length": last - first + 1,
      "accept-ranges": "bytes",
      "cache-control": "private, max-age=3600",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      ...(range !== undefined && { "content-range": `bytes ${first}-${last}/${size}` }),
    });
    if (request.method === "HEAD" || size === 0) return void response.end();
    await pipeline(file.createReadStream({ start: first, end: last, autoClose: false }), response);
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

/** Undefined: the whole file, also for a header that is none, or asks for several ranges. */
function rangeOf(header: string | undefined, size: number): { first: number; last: number } | "outside" | undefined {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  if (from === "")
    return size === 0 || Number(to) === 0 ? "outside" : { first: Math.max(0, size - Number(to)), last: size - 1 };
  if (Number(from) >= size || (to !== "" && Number(to) < Number(from))) return "outside";
  return { first: Number(from), last: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { "content-length": 0, ...headers }).end();
}
