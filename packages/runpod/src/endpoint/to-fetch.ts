import type { Endpoint } from "./endpoint.js";
import { BodyTooLarge } from "./http.js";
import { Refusal } from "./replies.js";

/**
 * An endpoint as a fetch handler, for servers such as hono: `app.mount("/", toFetchHandler(endpoint))`. The request's path must
 * begin with `/v2/`, as it does for `listenEndpoints`.
 * @param options `isKeyChecked` lets every request in: for a server that has asked for a key of its own before.
 */
export function toFetchHandler(
  endpoint: Endpoint,
  { isKeyChecked = false }: { readonly isKeyChecked?: boolean } = {},
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const reply = await endpoint.handle({
      method: request.method,
      url: pathname + search,
      headers: Object.fromEntries(request.headers),
      signal: request.signal,
      readBody: (maxBytes) => readBody(request, maxBytes),
      isKeyChecked,
    });
    if (request.signal.aborted) reply.undelivered?.();
    return new Response(reply.body ?? null, {
      status: reply.status,
      headers: {
        ...(reply.body !== undefined && { "content-type": "application/json" }),
        "cache-control": "no-store",
        ...reply.headers,
      },
    });
  };
}

async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw new BodyTooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  try {
    for await (const chunk of request.body ?? []) {
      byteLength += chunk.length;
      if (byteLength > maxBytes) throw new BodyTooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof BodyTooLarge) throw error;
    throw new Refusal(400, "The connection ended before the body did.");
  }
  return Buffer.concat(chunks);
}
