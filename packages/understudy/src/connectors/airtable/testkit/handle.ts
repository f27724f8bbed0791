import type { IncomingMessage, ServerResponse } from "node:http";
import { admit, readRequest, serve, type ArrivedRequest, type RateLimits } from "./dispatch.js";
import { Refusal } from "./refusal.js";
import type { FaultList } from "./faults.js";
import type { LoggedRequest } from "./request-log.js";
import type { Route } from "./route.js";
import type { World } from "./world.js";

/** What requests are answered with. */
export interface Desk {
  readonly world: World;
  readonly routes: readonly Route[];
  readonly limits: RateLimits;
  readonly faults: FaultList;
  readonly requests: LoggedRequest[];
}

interface Answer {
  /** 0: the connection is cut. */
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Reads, notes and answers a request; faults come before or after it is done. */
export async function handle(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrived = await readRequest(request).catch(() => undefined);
  if (arrived === undefined) {
    return;
  }
  const entry = { ...logged(arrived, desk.world.now()), status: 0 };
  desk.requests.push(entry);
  const answer = await answerTo(desk, arrived);
  entry.status = answer.status;
  if (answer.status === 0) {
    request.socket.resetAndDestroy();
    return;
  }
  const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
  response.writeHead(answer.status, { "content-type": "application/json; charset=utf-8", ...answer.headers }).end(text);
}

async function answerTo({ world, routes, limits, faults }: Desk, request: ArrivedRequest): Promise<Answer> {
  try {
    const admitted = admit(world, routes, limits, request);
    const fault = faults.take(request.method, request.path);
    if (fault?.kind === "status") {
      return fault;
    }
    if (fault?.kind === "lost-request") {
      return { status: 0 };
    }
    const answer = outcome(() => serve(world, request, admitted));
    if (fault?.kind === "late-answer") {
      await fault.until;
    }
    return fault?.kind === "lost-answer" ? { status: 0 } : answer;
  } catch (thrown) {
    return refusalOf(thrown);
  }
}

function outcome(act: () => unknown): Answer {
  try {
    return { status: 200, body: act() };
  } catch (thrown) {
    return refusalOf(thrown);
  }
}

function refusalOf(thrown: unknown): Answer {
  return thrown instanceof Refusal
    ? { status: thrown.status, body: thrown.body }
    : { status: 500, body: { error: { type: "SERVER_ERROR", message: String(thrown) } } };
}

function logged(request: ArrivedRequest, at: number): Omit<LoggedRequest, "status"> {
  const [baseId] = /app[A-Za-z0-9]{14}/.exec(request.path) ?? [];
  const { records } = (request.body ?? {}) as { readonly records?: unknown };
  return {
    at,
    method: request.method,
    path: request.path,
    ...(baseId !== undefined && { baseId }),
    ...(Array.isArray(records) && { records: records.length }),
  };
}
