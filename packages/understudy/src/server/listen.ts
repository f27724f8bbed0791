import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener, RequestError } from "@hono/node-server";
import { cannotListen } from "#endpoint/listen-address.js";
import { isStreamed, maxBodyBytes } from "./streamed-bodies.js";

/** What a server needs. */
export interface ListenOptions {
  readonly app: { fetch(request: Request, env: object): Response | Promise<Response> };
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** For tests; the times below otherwise. */
  readonly times?: Partial<ServerTimes>;
}

/** How long a server waits for whom, in milliseconds. */
export interface ServerTimes {
  /** For the fields of a request. */
  readonly headersMs: number;
  /** For a whole body that is no stream: 1 MiB in this time is 0.3 Mbit/s. */
  readonly bodyMs: number;
  /** Without a byte, for a body that comes or an answer that is not taken. An answer in the making may take any time. */
  readonly idleMs: number;
  /** For the next request on a connection: longer than proxies keep theirs (60 s), who else meet a closed one. */
  readonly keepAliveMs: number;
}

/** A server that listens. */
export interface Listening {
  /** Such as `http://127.0.0.1:8080`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /**
   * Takes no more connections, ends event streams, lets answers in the making finish for at most so long, then cuts.
   * @param graceMs default 10,000.
   */
  close(graceMs?: number): Promise<void>;
}

const usualTimes: ServerTimes = { headersMs: 10_000, bodyMs: 30_000, idleMs: 60_000, keepAliveMs: 75_000 };

/** Largest fields of a request together. */
const maxHeaderBytes = 16_384;

/** Serves an application over HTTP/1.1. @throws UnderstudyError `port-in-use`, `bad-usage`. */
export async function listen({ app, host, port, times }: ListenOptions): Promise<Listening> {
  const { headersMs, bodyMs, idleMs, keepAliveMs } = { ...usualTimes, ...times };
  const answers = new Set<ServerResponse>();
  const eventStreams = new WeakSet<ServerResponse>();
  /** Connections without a request so far; Node counts them as busy, and would wait for them when it closes. */
  const unused = new Set<Socket>();
  let isClosing = false;
  const server = createServer({
    headersTimeout: headersMs,
    // An upload may take hours. Every other body has `bodyMs`.
    requestTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    maxHeaderSize: maxHeaderBytes,
    connectionsCheckingInterval: Math.min(headersMs, 5_000),
  });
  const fetch = async (request: Request, env: { readonly outgoing: unknown }): Promise<Response> => {
    const answer = await app.fetch(request, env);
    const isEventStream = answer.headers.get("content-type")?.startsWith("text/event-stream") === true;
    if (isEventStream) eventStreams.add(env.outgoing as ServerResponse);
    return answer;
  };
  const respond = getRequestListener(fetch, {
    // The globals of this process are left as they are.
    overrideGlobalObjects: false,
    // What cannot be a request at all has, for example, a malformed Host; the application answers for its own failures.
    errorHandler: (thrown) => new Response(null, { status: thrown instanceof RequestError ? 400 : 500 }),
  });
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    unused.delete(request.socket);
    answers.add(response);
    response.once("close", () => {
      answers.delete(response);
      // Only after this event does the connection count as idle.
      if (isClosing) setImmediate(() => server.closeIdleConnections());
    });
    if (!isStreamed(pathOf(request))) endSlowBody(request, bodyMs);
    void respond(request, response);
  };
  server.on("connection", (socket: Socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  server.on("request", onRequest);
  // A client that waits to be asked for its body is not asked for one that is refused unread.
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    if (isStreamed(pathOf(request)) || lengthOf(request) <= maxBodyBytes) response.writeContinue();
    onRequest(request, response);
  });
  server.setTimeout(idleMs, (socket: Socket) => {
    const answer = [...answers].find((each) => each.socket === socket);
    const isMaking = answer?.req.complete === true && socket.writableLength === 0;
    if (!isMaking) socket.destroy();
  });
  await begin(server, host, port);
  const address = server.address() as AddressInfo;
  return {
    url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
    port: address.port,
    async close(graceMs = 10_000) {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const answer of answers) if (eventStreams.has(answer)) answer.end();
      for (const socket of unused) socket.destroy();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed.finally(() => clearTimeout(cut));
    },
  };
}

async function begin(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (thrown) => reject(cannotListen(thrown, host, port)));
    server.listen(port, host, resolve);
  });
  server.removeAllListeners("error");
  // A connection that cannot be accepted, such as for want of file descriptors, is one client's misfortune.
  server.on("error", () => undefined);
}

function endSlowBody(request: IncomingMessage, bodyMs: number): void {
  if (lengthOf(request) === 0 && request.headers["transfer-encoding"] === undefined) return;
  const timer = setTimeout(() => request.complete || request.destroy(), bodyMs);
  request.once("close", () => clearTimeout(timer));
}

function lengthOf(request: IncomingMessage): number {
  return Number(request.headers["content-length"] ?? 0);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?", 1)[0] ?? "";
}
