import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { workerEnvironment, workerOperations, workerVariables } from "#protocol.js";

/** A request as the endpoint saw it. */
export interface Seen {
  readonly operation: string;
  /** Path and query. */
  readonly url: string;
  readonly jobId: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly query: URLSearchParams;
  /** The connection it came over, counted from 1. */
  readonly connection: number;
}

/** What an operation answers, once. */
export type Scripted =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  /** Reads the request and closes the connection. */
  | "reset"
  /** Never answers. */
  | "hang"
  | ((response: ServerResponse) => void);

/** An endpoint for one worker: gives out jobs, holds empty polls, takes everything, and does what it is told to first. */
export interface FakeEndpoint {
  readonly env: Readonly<Record<string, string>>;
  readonly seen: readonly Seen[];
  give(...jobs: readonly unknown[]): void;
  stop(...jobIds: readonly string[]): void;
  /** Answers of an operation before the usual ones. */
  script(operation: keyof typeof workerOperations, ...answers: readonly Scripted[]): void;
  /** Resolves to the requests of an operation when there are as many. */
  until(operation: keyof typeof workerOperations, count: number): Promise<readonly Seen[]>;
  close(): Promise<void>;
}

/** Starts one at a free port of this machine. */
export async function startFakeEndpoint(): Promise<FakeEndpoint> {
  const seen: Seen[] = [];
  const waiting: (() => void)[] = [];
  const jobs: unknown[] = [];
  const stops: string[] = [];
  const scripts = new Map<string, Scripted[]>();
  const heldTakes: { readonly response: ServerResponse; readonly most: number }[] = [];
  const heldStops: ServerResponse[] = [];
  const connections = new WeakMap<object, number>();
  let connectionCount = 0;

  const serveHeld = (): void => {
    while (jobs.length > 0 && heldTakes.length > 0) {
      const { response, most } = heldTakes.shift()!;
      if (response.destroyed) continue;
      reply(response, 200, JSON.stringify(most === 1 ? jobs.shift() : jobs.splice(0, most)));
    }
    while (stops.length > 0 && heldStops.length > 0) {
      const response = heldStops.shift()!;
      if (!response.destroyed) reply(response, 200, JSON.stringify({ jobsToStop: stops.splice(0) }));
    }
  };
  const answer = (request: Seen, response: ServerResponse): void => {
    const scripted = scripts.get(request.operation)?.shift();
    if (typeof scripted === "function") return scripted(response);
    if (scripted === "hang") return;
    if (scripted === "reset") return void response.socket?.destroy();
    if (scripted !== undefined) return reply(response, scripted.status, scripted.body, scripted.headers);
    switch (request.operation) {
      case workerOperations.take:
        heldTakes.push({ response, most: 1 });
        return serveHeld();
      case workerOperations.takeBatch:
        heldTakes.push({ response, most: Number(request.query.get("batch_size")) });
        return serveHeld();
      case workerOperations.stop:
        heldStops.push(response);
        return serveHeld();
      default:
        reply(response, 200, "{}");
    }
  };
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const { url = "", headers } = request;
    const { pathname, searchParams: query } = new URL(url, "http://here");
    const [, , , operation = "", , jobId = ""] = pathname.split("/");
    const connection = connections.get(request.socket) ?? 0;
    const entry: Seen = { operation, jobId, body, url, headers, query, connection };
    seen.push(entry);
    answer(entry, response);
    for (const wake of waiting.splice(0)) wake();
  };
  const server = createServer((request, response) => void receive(request, response));
  server.on("connection", (socket) => connections.set(socket, ++connectionCount));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env: Record<string, string> = {
    ...workerEnvironment({ serverUrl, endpointId: "e1", workerId: "w1", apiKey: "secret-key", pingIntervalMs: 10 }),
  };
  // Signs of life are for the tests that ask for them.
  delete env[workerVariables.pingUrl];
  return {
    env,
    seen,
    give(...more) {
      jobs.push(...more);
      serveHeld();
    },
    stop(...jobIds) {
      stops.push(...jobIds);
      serveHeld();
    },
    script: (operation, ...answers) => {
      const name = workerOperations[operation];
      scripts.set(name, [...(scripts.get(name) ?? []), ...answers]);
    },
    async until(operation, count) {
      const name = workerOperations[operation];
      for (;;) {
        const found = seen.filter((request) => request.operation === name);
        if (found.length >= count) return found;
        await new Promise<void>((resolve) => void waiting.push(resolve));
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function reply(
  response: ServerResponse,
  status: number,
  body?: string,
  headers?: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
