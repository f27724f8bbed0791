import { Readable } from "node:stream";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { LinkedFile } from "#links/result-links.js";
import { contentPolicyOf } from "#report/content-policy.js";
import { markup, trusted } from "#report/markup.js";
import { openRoute, type AddRoutes } from "#server/api.js";
import { notFound, problem } from "#server/problem.js";
import { parseRange } from "#storage/byte-range.js";
import { contentDisposition } from "#storage/content-disposition.js";
import type { ArtifactStore } from "#storage/artifact-store.js";

/** For how long an address of the bucket holds, which each click gets anew. */
const linkSeconds = 300;

const file = openRoute({
  method: "get",
  path: "/r/{secret}/{name}",
  tags: ["renders"],
  summary: "Watch or download a result",
  description:
    "The address that a finished render tells. It holds for as long as the file is kept, and needs no key: whoever has it may " +
    "watch. It takes byte ranges, or leads to a fresh address of the bucket. HEAD tells the same without the bytes.",
  request: {
    params: z.object({
      secret: z.string().openapi({ example: "AAAAAAAAAAAAAAAAAAAAAA" }),
      name: z.string().openapi({ example: "video.mp4" }),
    }),
    query: z.object({
      download: z.string().optional().openapi({ description: "Present: a browser saves the file." }),
    }),
  },
  responses: {
    200: { description: "The file.", content: { "video/mp4": { schema: z.string().openapi({ format: "binary" }) } } },
    206: { description: "The part that was asked for." },
    302: { description: "Where the file lies, for five minutes." },
    304: { description: "The file is the one that you have." },
    416: { description: "The part lies outside of the file." },
  },
});

/** `/r/SECRET/NAME`. */
export const addResultsRoutes: AddRoutes = (api, { links, artifacts, publicUrl }) => {
  api.openapi(file, async (context) => {
    const { secret, name } = context.req.valid("param");
    const linked = await links.find(secret);
    const isThere =
      linked !== undefined &&
      linked.fileName === name &&
      (await artifacts.byteLength(linked.artifactKey)) !== undefined;
    return isThere ? answerWith(context, linked, artifacts) : answerNotFound(context, publicUrl());
  });
};

/** A copy may be kept, but is asked about each time: a revocation takes effect at once. */
const resultHeaders = {
  "accept-ranges": "bytes",
  "cache-control": "private, no-cache",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex",
  // A page of somebody else may show the video.
  "cross-origin-resource-policy": "cross-origin",
};

async function answerWith(context: Context, linked: LinkedFile, artifacts: ArtifactStore): Promise<Response> {
  const { artifactKey, fileName, mediaType, byteLength, sha256 } = linked;
  const isHead = context.req.method === "HEAD";
  const isDownload = context.req.query("download") !== undefined;
  const presentation = { fileName, mediaType, isDownload };
  // An address is signed for GET; HEAD is answered from what is known.
  const elsewhere = isHead ? undefined : await artifacts.linkTo(artifactKey, linkSeconds, presentation);
  if (elsewhere !== undefined) {
    const headers = { location: elsewhere, "cache-control": "no-store", "referrer-policy": "no-referrer" };
    return new Response(null, { status: 302, headers });
  }
  const etag = `"${sha256}"`;
  const headers = {
    ...resultHeaders,
    etag,
    "content-type": mediaType,
    "content-disposition": contentDisposition(presentation),
  };
  if (context.req.header("if-none-match") === etag) return new Response(null, { status: 304, headers });
  const isSame = (context.req.header("if-range") ?? etag) === etag;
  const range = isSame ? parseRange(context.req.header("range"), byteLength) : undefined;
  if (range === "outside") {
    return new Response(null, { status: 416, headers: { ...headers, "content-range": `bytes */${byteLength}` } });
  }
  const { start, end } = range ?? { start: 0, end: byteLength - 1 };
  const part = {
    ...headers,
    "content-length": String(end - start + 1),
    ...(range && { "content-range": `bytes ${start}-${end}/${byteLength}` }),
  };
  const body = isHead ? null : webStream(await artifacts.open(artifactKey, range));
  return new Response(body, { status: range === undefined ? 200 : 206, headers: part });
}

function webStream(stream: NodeJS.ReadableStream): ReadableStream<Uint8Array> {
  return Readable.toWeb(stream as Readable) as ReadableStream<Uint8Array>;
}

/** The same for what never was, was taken back, or has been removed. */
function answerNotFound(context: Context, publicUrl: string): Response {
  if (context.req.header("accept")?.includes("text/html") !== true) return problem(context, notFound("result"));
  return new Response(notFoundPage(`${publicUrl}/report`), { status: 404, headers: pageHeaders });
}

const pageStyle =
  "body{font:18px/1.5 system-ui,sans-serif;max-width:32em;margin:20vh auto;padding:0 1.5em;color:#1d1d1f;background:#fbfbfa}" +
  "@media(prefers-color-scheme:dark){body{color:#e8e8e6;background:#171716}}";

const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex",
  "content-security-policy": contentPolicyOf({ style: pageStyle }),
};

function notFoundPage(reportUrl: string): string {
  return markup`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nothing here</title>
<style>${trusted(pageStyle)}</style>
<h1>There is nothing at this address</h1>
<p>The video may have been removed, or taken back by the person in it. Whoever sent you the link can tell you more.</p>
<p>Are you in a video, and never agreed? <a href="${reportUrl}">Report a problem</a>.</p>
</html>
`.text;
}
