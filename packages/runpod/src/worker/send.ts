import http from "node:http";
import type { Socket } from "node:net";
import { retryAfterMs } from "#http/retry-after.js";
import { workerVersion } from "./version.js";

/** One request. */
export interface Outgoing {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole of it, reply included; a reply that `unlessReplied` guards and that has begun has as long again. */
  readonly timeoutMs: number;
  /** Most bytes of the reply; default 64 000. */
  readonly maxReplyBytes?: number;
  /** Ends the request unless its reply has begun to arrive: what is in a reply is never lost. */
  readonly unlessReplied?: AbortSignal;
}

/** What became of a request; failures are answers, too. */
export type Sent =
  | { readonly kind: "reply"; readonly status: number; readonly text: string; readonly retryAfterMs?: number }
  | { readonly kind: "failed"; readonly why: "timeout" | "aborted" | "too-large" | "network"; readonly code?: string };

/** Sends the requests of one worker over connections that are kept. Never throws. */
export interface Sender {
  send(outgoing: Outgoing): Promise<Sent>;
  close(): void;
}

/** A sender whose requests carry the key as it is, without `Bearer`. */
export function createSender(apiKey: string | undefined): Sender {
  const headers = {
    "content-type": "application/json",
    "user-agent": workerVersion,
    ...(apiKey !== undefined && { authorization: apiKey }),
  };
  let isClosed = false;
  const transports = new Map<string, Promise<Transport>>();
  const transportOf = (url: string): Promise<Transport> => {
    const protocol = url.startsWith("https:") ? "https:" : "http:";
    const known = transports.get(protocol) ?? openTransport(protocol);
    transports.set(protocol, known);
    return known;
  };
  return {
    async send(outgoing) {
      const whole = { ...outgoing, headers: { ...headers, ...outgoing.headers } };
      const transport = await transportOf(outgoing.url);
      const first = await exchange(transport, transport.agent, whole);
      if (!first.wasStale || isClosed) return first.sent;
      // The server closed the kept connection while the request was on its way: it has not seen it.
      return (await exchange(transport, false, whole)).sent;
    },
    close() {
      isClosed = true;
      for (const transport of transports.values()) void transport.then(({ agent }) => agent.destroy());
    },
  };
}

interface Transport {
  readonly request: typeof http.request;
  readonly agent: http.Agent;
}

/** TLS costs memory and start-up time: only a worker of an https endpoint loads it. */
async function openTransport(protocol: "http:" | "https:"): Promise<Transport> {
  const { request, Agent } = protocol === "https:" ? (await import("node:https")).default : http;
  return { request, agent: new Agent({ keepAlive: true }) };
}

interface Exchange {
  readonly sent: Sent;
  /** Whether a kept connection broke before any of the reply came. */
  readonly wasStale: boolean;
}

function exchange(transport: Transport, agent: http.Agent | false, outgoing: Outgoing): Promise<Exchange> {
  return new Promise((resolve) => {
    const { method, url, headers, body, unlessReplied } = outgoing;
    const settle = (sent: Sent, wasStale = false): void => {
      clearTimeout(timer);
      unlessReplied?.removeEventListener("abort", onAbort);
      resolve({ sent, wasStale });
    };
    const fail = (why: "timeout" | "aborted" | "too-large"): void => {
      settle({ kind: "failed", why });
      request?.destroy();
    };
    const onAbort = (): void => {
      // What the kernel holds of the reply is read within the next two rounds of the event loop.
      setImmediate(() => setImmediate(() => void (hasReply() || fail("aborted"))));
    };
    let hasHeaders = false;
    let bytesBefore = 0;
    // Encrypted bytes come without being asked for, and may belong to no reply.
    const hasBytes = (socket: Socket): boolean => !("encrypted" in socket) && socket.bytesRead > bytesBefore;
    const hasReply = (): boolean => hasHeaders || (request?.socket ? hasBytes(request.socket) : false);
    const onTime = (): void => {
      if (unlessReplied === undefined || !hasReply()) return fail("timeout");
      timer = setTimeout(() => fail("timeout"), outgoing.timeoutMs);
    };
    let timer = setTimeout(onTime, outgoing.timeoutMs);
    let request: http.ClientRequest | undefined;
    if (unlessReplied?.aborted === true) return fail("aborted");
    unlessReplied?.addEventListener("abort", onAbort, { once: true });
    try {
      request = transport.request(url, { method, agent, headers: { ...headers, ...lengthOf(body) } });
    } catch {
      // Header text that HTTP cannot carry, or a URL that is none.
      return settle({ kind: "failed", why: "network", code: "ERR_INVALID_REQUEST" });
    }
    request.once("socket", (socket) => void (bytesBefore = socket.bytesRead));
    request.on("error", (error: NodeJS.ErrnoException) => {
      const wasStale = request?.reusedSocket === true && !hasReply() && isBroken(error);
      settle({ kind: "failed", why: "network", code: error.code ?? "ERR_UNKNOWN" }, wasStale);
    });
    // A connection may also end without a word, as after a reply of 101.
    request.once("close", () => settle({ kind: "failed", why: "network", code: "ECONNRESET" }));
    request.once("response", (response) => {
      hasHeaders = true;
      response.on("error", () => settle({ kind: "failed", why: "network", code: "ECONNRESET" }));
      readReply(response, outgoing.maxReplyBytes ?? 64_000, settle, () => fail("too-large"));
    });
    request.end(body);
  });
}

function readReply(
  response: http.IncomingMessage,
  maxBytes: number,
  settle: (reply: Sent) => void,
  refuse: () => void,
): void {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  response.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    byteLength += chunk.length;
    if (byteLength > maxBytes) refuse();
  });
  response.once("end", () => {
    const { statusCode: status = 0, headers } = response;
    const waitMs = retryAfterMs(headers["retry-after"]);
    const text = Buffer.concat(chunks).toString("utf8");
    settle({ kind: "reply", status, text, ...(waitMs !== undefined && { retryAfterMs: waitMs }) });
  });
}

function lengthOf(body: string | undefined): Readonly<Record<string, number>> {
  return body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
}

function isBroken({ code }: NodeJS.ErrnoException): boolean {
  return code === "ECONNRESET" || code === "EPIPE";
}

/** What went wrong, in words that name no URL. */
export function inWords(sent: Sent): string {
  if (sent.kind === "reply") return `status ${sent.status}`;
  return sent.why === "network" ? `network error ${sent.code ?? ""}`.trim() : sent.why;
}
