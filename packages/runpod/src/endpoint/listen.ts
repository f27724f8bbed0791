import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Endpoint } from "./endpoint.js";
import { over, requestOf, send } from "./exchange.js";
import { errorReply } from "./replies.js";
import { targetOf } from "./target.js";

/** What a server needs. */
export interface ListenOptions {
  readonly endpoints: readonly Endpoint[];
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** 0 to 65 535; default 0: any free port. */
  readonly port?: number;
  /** Answers what is not below `/v2/`; returns false when it does not want the request. */
  readonly extra?: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly log?: (line: string) => void;
}

/** A server that listens. */
export interface Listening {
  /** Such as `http://127.0.0.1:8080`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Answers every held request at once, then closes. The endpoints stay open. */
  close(): Promise<void>;
}

/**
 * Idle connections are kept longer than clients do (aiohttp 15 s): a result that is posted on a connection which the server just
 * closed is lost by the SDK, which does not try again (observed).
 */
const keepAliveTimeoutMs = 75_000;

/** A request must have arrived within this time, however long its answer is held; 20 MB need 0.5 Mbit/s. */
const requestTimeoutMs = 300_000;
const headersTimeoutMs = 30_000;
const maxHeaderBytes = 16_384;

/** Connections that are still open so long after `close` are cut. */
const closeGraceMs = 2_000;

/** Serves endpoints over HTTP/1.1. @throws the system's error when the port cannot be had. */
export async function listenEndpoints(options: ListenOptions): Promise<Listening> {
  const endpoints = new Map(options.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const held = new Set<AbortController>();
  /** Connections without a request so far; Node counts them as busy, and would wait for them when it closes. */
  const unused = new Set<Socket>();
  let isClosing = false;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    unused.delete(request.socket);
    const target = targetOf(request.url ?? "");
    if (target === undefined && options.extra?.(request, response) === true) return;
    const hungUp = new AbortController();
    held.add(hungUp);
    if (isClosing) hungUp.abort(over);
    response.once("close", () => {
      held.delete(hungUp);
      if (!response.writableFinished) hungUp.abort(over);
    });
    const endpoint = endpoints.get(target?.endpointId ?? "");
    const reply = endpoint
      ? await endpoint.handle(requestOf(request, response, hungUp.signal))
      : errorReply(404, "There is no such endpoint.");
    send(reply, request, response, isClosing);
  }

  const server = createServer({
    keepAliveTimeout: keepAliveTimeoutMs,
    requestTimeout: requestTimeoutMs,
    headersTimeout: headersTimeoutMs,
    maxHeaderSize: maxHeaderBytes,
  });
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response).catch((error: unknown) => {
      options.log?.(`A request was cut: ${error instanceof Error ? error.name : "unknown"}.`);
      response.destroy();
    });
  };
  server.on("connection", (socket: Socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  // `checkContinue` comes in place of `request` when the client waits to be asked for its body (`Expect: 100-continue`).
  server.on("request", listener).on("checkContinue", listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, options.host ?? "127.0.0.1", () => {
      server.off("error", reject).on("error", () => options.log?.("A connection could not be accepted."));
      resolve();
    });
  });
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${port}`,
    port,
    close() {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const request of held) request.abort(over);
      for (const socket of unused) socket.destroy();
      const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs);
      return closed.finally(() => clearTimeout(cut));
    },
  };
}
