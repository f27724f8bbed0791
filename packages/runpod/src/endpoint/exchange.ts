import type { IncomingMessage, ServerResponse } from "node:http";
import { BodyTooLarge, type EndpointReply, type EndpointRequest } from "./http.js";
import { Refusal } from "./replies.js";

/** A body of so many bytes is in the socket's buffers anyway. */
const shortBodyBytes = 65_536;

/** What comes of a body after its request was answered is thrown away up to here, so that its sender sees the answer. */
const maxDrainBytes = 100_000_000;
const maxDrainMs = 30_000;

/** Why requests are aborted. Without a reason each abort would make an exception of its own, with a stack. */
export const over = "The connection has ended, or the server closes.";

/** A request of Node's server as an endpoint takes it. A client that waits to be asked for its body is asked when it is read. */
export function requestOf(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): EndpointRequest {
  return {
    method: request.method ?? "",
    url: request.url ?? "",
    headers: flatHeaders(request),
    signal,
    readBody: (maxBytes) => readBody(request, response, maxBytes),
  };
}

/** A header that came twice is joined as Node does it; only `set-cookie` is a list, and nobody reads it here. */
function flatHeaders(request: IncomingMessage): EndpointRequest["headers"] {
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? undefined : value,
  ]);
  return Object.fromEntries(headers) as EndpointRequest["headers"];
}

/** @throws BodyTooLarge before it is read where it says its length, and as soon as it is too long else. */
async function readBody(request: IncomingMessage, response: ServerResponse, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw new BodyTooLarge(maxBytes);
  if (request.headers.expect !== undefined && request.httpVersion === "1.1") response.writeContinue();
  const chunks: Buffer[] = [];
  let byteLength = 0;
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      byteLength += chunk.length;
      if (byteLength <= maxBytes) return chunks.push(chunk);
      request.off("data", onData).pause();
      reject(new BodyTooLarge(maxBytes));
    };
    request.on("data", onData);
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("close", () => reject(new Refusal(400, "The connection ended before the body did.")));
  });
}

/** Sends an answer, and tells it when it could not be delivered. */
export function send(
  reply: EndpointReply,
  request: IncomingMessage,
  response: ServerResponse,
  isClosing = false,
): void {
  if (reply.undelivered !== undefined) {
    const { undelivered } = reply;
    if (response.destroyed) undelivered();
    else response.once("close", () => response.writableFinished || undelivered());
  }
  if (response.destroyed) return;
  const body = Buffer.from(reply.body ?? "");
  const isUnread = !request.complete && isLong(request);
  response.writeHead(reply.status, {
    ...(reply.body !== undefined && { "content-type": "application/json", "content-length": body.length }),
    "cache-control": "no-store",
    ...((isClosing || isUnread) && { connection: "close" }),
    ...reply.headers,
  });
  if (isUnread) sendAndDrain(body, request, response);
  else response.end(body);
}

/** Whether what may still come of a body is more than Node throws away by itself without harm. */
function isLong(request: IncomingMessage): boolean {
  return "transfer-encoding" in request.headers || Number(request.headers["content-length"] ?? 0) > shortBodyBytes;
}

/**
 * Answers a request whose body is still coming. Closing at once would reset the connection, and the answer would be lost on its
 * way; so the whole answer is sent, the rest of the body is thrown away, and only then is the connection closed.
 */
function sendAndDrain(body: Buffer, request: IncomingMessage, response: ServerResponse): void {
  response.write(body);
  let drainedBytes = 0;
  const cut = setTimeout(() => request.destroy(), maxDrainMs);
  request.on("data", (chunk: Buffer) => {
    drainedBytes += chunk.length;
    if (drainedBytes > maxDrainBytes) request.destroy();
  });
  request.once("end", () => response.end());
  request.once("error", () => {});
  response.once("close", () => clearTimeout(cut));
  request.resume();
}
