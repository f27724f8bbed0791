import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** One HTTP request. */
export interface SendRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  /** Sent exactly so; Node adds `Host`, `Connection` and `Content-Length` and nothing else. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds from the call to the answer's last byte; every byte of the body and of the answer buys more at
   * `slowestBytesPerMs`, so that a slow line is not a time-out and a server that drips is. A connection must be there after
   * `connectTimeoutMs`.
   */
  readonly timeoutMs: number;
  /** Longest answer, in bytes. */
  readonly maxBytes: number;
  /**
   * Whether to open a connection for this request alone; default false. A kept connection may be closing at this very moment,
   * and then nobody knows whether the request arrived: wrong for one that must not be sent twice.
   */
  readonly ownConnection?: boolean;
}

/** Its answer, whatever its status. Redirects are answers like any other. */
export interface SendReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends a request: `send`, or a stand-in for it. */
export type Send = (request: SendRequest) => Promise<SendReply>;

/**
 * Why there is no answer. `unreachable`: no connection was made, so the server has not seen the request. `lost` and `timeout`:
 * it may have. `too-large`: there was an answer, of more than `maxBytes`. `aborted`: by the signal.
 */
export type SendErrorCode = "unreachable" | "lost" | "timeout" | "too-large" | "aborted";

/** A request without an answer. */
export class SendError extends Error {
  override readonly name = "SendError";
  readonly code: SendErrorCode;
  /** Node's code, such as `ECONNREFUSED`. */
  readonly systemCode: string | undefined;

  constructor(code: SendErrorCode, message: string, systemCode?: string) {
    super(message);
    this.code = code;
    this.systemCode = systemCode;
  }
}

/** Longest time for making a connection, in milliseconds. */
const connectTimeoutMs = 10_000;

/** 100 kB/s: the slowest line on which a large body gets through. */
export const slowestBytesPerMs = 100;

// Servers made with Node close an idle connection after 5 s: ours goes first. Idle sockets are unreferenced by the agent, so
// that a process may end; a socket in use is not touched by this time-out, because nobody listens for it.
const keptFor = { keepAlive: true, timeout: 4_000 } as const;
const httpAgent = new HttpAgent(keptFor);
const httpsAgent = new HttpsAgent(keptFor);

/**
 * Sends one request by node:http: `fetch` follows redirects, gives up on its own after 300 s, and hides whether a connection was
 * made. Never sends twice.
 * @throws SendError
 */
export function send(request: SendRequest): Promise<SendReply> {
  const { url, signal } = request;
  const isSecure = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(new SendError("aborted", "The request was aborted."));
    let isConnected = false;
    const outgoing = (isSecure ? httpsRequest : httpRequest)(url, {
      method: request.method,
      headers: request.headers,
      agent: request.ownConnection === true ? false : isSecure ? httpsAgent : httpAgent,
    });
    const connectTimer = setTimeout(
      () => fail(new SendError("unreachable", "No connection was made in time.", "ETIMEDOUT")),
      Math.min(connectTimeoutMs, request.timeoutMs),
    );
    const startedAt = performance.now();
    let movedBytes = Buffer.byteLength(request.body ?? "");
    const msLeft = () => startedAt + request.timeoutMs + movedBytes / slowestBytesPerMs - performance.now();
    const onTime = () => {
      if (msLeft() <= 0) return fail(new SendError("timeout", "There was no answer in time."));
      // At least 1 ms: what is left of a millisecond would be rounded down to none.
      timer = setTimeout(onTime, Math.max(1, msLeft()));
    };
    let timer = setTimeout(onTime, msLeft());
    const onAbort = () => fail(new SendError("aborted", "The request was aborted."));
    signal?.addEventListener("abort", onAbort, { once: true });

    const settle = () => {
      clearTimeout(connectTimer);
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const succeed = (reply: SendReply) => {
      settle();
      resolve(reply);
    };
    const fail = (error: SendError) => {
      settle();
      reject(error);
      outgoing.destroy();
    };
    const onError = (error: NodeJS.ErrnoException) => {
      if (isConnected) return fail(new SendError("lost", "The connection was lost before the answer.", error.code));
      return fail(new SendError("unreachable", "No connection was made.", error.code));
    };
    const onConnected = () => {
      isConnected = true;
      clearTimeout(connectTimer);
    };
    outgoing.on("error", onError);
    outgoing.on("socket", (socket) => {
      if (outgoing.reusedSocket) onConnected();
      else socket.once(isSecure ? "secureConnect" : "connect", onConnected);
    });
    outgoing.on("response", (incoming) => {
      incoming.on("data", (piece: Buffer) => (movedBytes += piece.length));
      readText(incoming, request.maxBytes).then(
        (text) => succeed({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
        (error: unknown) => (error instanceof SendError ? fail(error) : onError(error as NodeJS.ErrnoException)),
      );
    });
    outgoing.end(request.body);
  });
}

async function readText(incoming: IncomingMessage, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let byteLength = 0;
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    byteLength += piece.length;
    if (byteLength > maxBytes) throw new SendError("too-large", `The answer has more than ${maxBytes} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}
