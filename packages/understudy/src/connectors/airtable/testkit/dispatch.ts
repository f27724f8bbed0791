import type { IncomingMessage } from "node:http";
import { matchRoute, type Route, type RouteMatch, type Visit } from "./route.js";
import { assertRole, assertScopes, type HeldToken } from "./tokens.js";
import { invalid, notPermittedOrNotFound, refuse, tooManyRequests, type Refusal } from "./refusal.js";
import { tableOf } from "./model.js";
import type { RateLimit } from "./rate-limit.js";
import type { World } from "./world.js";

/** Largest body, above what the largest upload needs. */
const maxBodyBytes = 10 * 2 ** 20;

/** Longest URL. Source: https://airtable.com/developers/web/api/list-records; the status is not documented. */
const maxUrlCharacters = 16_000;

/** A request as it was read. */
export interface ArrivedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  /** Parsed JSON; undefined when there is none. */
  readonly body: unknown;
  /** Why the body cannot be taken. */
  readonly trouble?: Refusal;
}

/** Limits of Airtable: on each base, and on each token. */
export interface RateLimits {
  readonly bases: RateLimit;
  readonly tokens: RateLimit;
}

/** Reads a request. */
export async function readRequest(request: IncomingMessage): Promise<ArrivedRequest> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    byteLength += chunk.byteLength;
    if (byteLength <= maxBodyBytes) {
      chunks.push(chunk);
    }
  }
  const url = new URL(request.url ?? "/", "http://stand-in");
  return {
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    authorization: request.headers.authorization,
    ...readBody(byteLength, chunks),
  };
}

/** A request that was let through. */
export interface AdmittedRequest extends RouteMatch {
  readonly token: HeldToken;
}

/**
 * Decides whether a request may be done: path, token, number of requests, body.
 * @throws Refusal 404, 401, 429, 413, 414 or 422.
 */
export function admit(
  world: World,
  routes: readonly Route[],
  limits: RateLimits,
  request: ArrivedRequest,
): AdmittedRequest {
  const match = matchRoute(routes, request.method, request.path);
  const token = world.tokens.ofHeader(request.authorization);
  const baseId = match.parts["base"];
  const passes = [limits.tokens.admit(token.token), baseId === undefined || limits.bases.admit(baseId)];
  if (!passes.every(Boolean)) {
    throw tooManyRequests();
  }
  if (request.path.length + request.query.toString().length >= maxUrlCharacters) {
    throw refuse(414, "REQUEST_URI_TOO_LONG", "The URL is too long");
  }
  if (request.trouble !== undefined) {
    throw request.trouble;
  }
  return { ...match, token };
}

/** Does what a request asks. @returns the answer; undefined for an empty one. @throws Refusal */
export function serve(world: World, request: ArrivedRequest, admitted: AdmittedRequest): unknown {
  const { route, parts, token } = admitted;
  const base: Visit["base"] = () => {
    const base = world.bases.get(parts["base"] ?? "");
    if (base === undefined || !(token.bases?.includes(base.id) ?? true)) {
      throw notPermittedOrNotFound();
    }
    return base;
  };
  const table: Visit["table"] = () => {
    const table = tableOf(base(), parts["table"] ?? "");
    if (table === undefined) {
      throw notPermittedOrNotFound();
    }
    return table;
  };
  assertScopes(token, route.scopes);
  if (parts["base"] !== undefined) {
    base();
  }
  assertRole(token, route.role ?? "read");
  return route.act({ world, token, parts, query: request.query, body: request.body, base, table });
}

function readBody(byteLength: number, chunks: readonly Uint8Array[]): Pick<ArrivedRequest, "body" | "trouble"> {
  if (byteLength > maxBodyBytes) {
    const trouble = refuse(413, "REQUEST_TOO_LARGE", "Request body is too large");
    return { body: undefined, trouble };
  }
  try {
    return { body: byteLength === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch {
    return { body: undefined, trouble: invalid("INVALID_REQUEST_BODY", "Could not parse request body") };
  }
}
