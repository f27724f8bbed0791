import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "./api.js";
import { Refusal } from "./refusal.js";
import { isStreamed, maxBodyBytes } from "./streamed-bodies.js";

/**
 * Refuses a body that says that it is too large before a byte is read, and one that does not say so when it gets too large. The
 * middleware of hono does the same, but makes a global `Request` of the server's own kind of request, which Node's refuses.
 */
export function limitBody(): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const { raw, method, path } = context.req;
    const hasBody = method !== "GET" && method !== "HEAD" && method !== "TRACE";
    if (!hasBody || isStreamed(path)) return next();
    const told = raw.headers.get("content-length");
    if (told !== null && !raw.headers.has("transfer-encoding")) {
      if (Number(told) > maxBodyBytes) throw tooLarge();
      return next();
    }
    const body = await readWithin(raw.body);
    const { url, headers, signal } = raw;
    context.req.raw = new Request(url, { method, headers, signal, body: body.length > 0 ? body : null });
    return next();
  };
}

async function readWithin(body: ReadableStream<Uint8Array> | null): Promise<Buffer<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  for await (const part of body ?? []) {
    byteLength += part.length;
    if (byteLength > maxBodyBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts, byteLength);
}

function tooLarge(): Refusal {
  return new Refusal(413, "input-too-large", `The body has more than ${maxBodyBytes} bytes.`, {
    hint: "Send files by POST /v1/uploads, and name them by their ids.",
  });
}
