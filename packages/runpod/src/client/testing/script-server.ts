import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server does with one request. */
export type Step =
  | {
      readonly status?: number;
      readonly json?: unknown;
      readonly text?: string;
      readonly headers?: Record<string, string>;
    }
  /** Ends the connection without an answer. */
  | "reset"
  /** Never answers. */
  | "hang"
  | ((response: ServerResponse) => void);

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on loopback that plays a script. */
export interface ScriptServer {
  /** URL of its endpoint, named `e`. */
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Requests so far, as `METHOD /path`. */
  lines(): readonly string[];
  /** Settles when so many requests have come. */
  waitFor(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Path of the endpoint. */
export const endpointPath = "/v2/e";

/** Plays, for each `METHOD /operation...` below the endpoint, its steps in order, and the last one for ever; 404 else. */
export async function playScript(script: Readonly<Record<string, readonly Step[]>>): Promise<ScriptServer> {
  const seen: SeenRequest[] = [];
  const played = new Map<string, number>();
  let onSeen = () => {};
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://server");
    const path = url.pathname.replace(endpointPath, "");
    const method = request.method ?? "";
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    seen.push({ method, path, query: url.searchParams, headers: request.headers, body });
    onSeen();
    const line = `${method} ${path}`;
    const steps = script[line] ?? [{ status: 404, json: {} }];
    const count = played.get(line) ?? 0;
    played.set(line, count + 1);
    play(steps[Math.min(count, steps.length - 1)] ?? "reset", response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${endpointPath}`,
    seen,
    lines: () => seen.map(({ method, path }) => `${method} ${path}`),
    waitFor: (count) =>
      new Promise((resolve) => {
        onSeen = () => {
          if (seen.length >= count) resolve();
        };
        onSeen();
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function play(step: Step, response: ServerResponse): void {
  if (step === "hang") return;
  if (step === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  if (typeof step === "function") return step(response);
  response.writeHead(step.status ?? 200, { "content-type": "application/json", ...step.headers });
  response.end(step.text ?? JSON.stringify(step.json));
}
