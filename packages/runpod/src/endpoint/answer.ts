import type { Call, Shared } from "./call.js";
import { StoreFailure } from "./guard-store.js";
import { BodyTooLarge, type EndpointReply, type EndpointRequest } from "./http.js";
import type { KeyRing } from "./keys.js";
import type { RateLimiter } from "./rate-limit.js";
import { closing, errorReply, Refusal } from "./replies.js";
import { type Caller, type Route, routeOf } from "./routes.js";
import { isId, type Target, targetOf } from "./target.js";

/** What stands before the handlers. */
export interface Doors extends Readonly<Record<Caller, KeyRing>> {
  readonly limiter: RateLimiter;
}

/** Answers a request: endpoint, key, operation, method, ids, rate, in this order, and then its handler. Never throws. */
export async function answer(request: EndpointRequest, shared: Shared, doors: Doors): Promise<EndpointReply> {
  try {
    if (shared.isClosing()) throw closing();
    const target = targetOf(request.url);
    if (target?.endpointId !== shared.settings.id) throw new Refusal(404, "There is no such endpoint.");
    const { route, keyIndex } = open(request, target, doors);
    const admission = doors.limiter.admit(route.operation, keyIndex);
    if (!admission.isAdmitted) {
      const headers = { "retry-after": String(admission.retryAfterSeconds) };
      throw new Refusal(429, "Too many requests; try again later.", headers);
    }
    try {
      return await route.handler(shared, callOf(request, target, route, shared), ...target.ids);
    } finally {
      admission.leave();
    }
  } catch (error) {
    return failureReply(error, shared);
  }
}

/** Requests whose keys the server has checked share one rate limit, beside those of our own keys. */
const checkedKeyIndex = -1;

/** A key is asked for before anything is said of the operations, so that strangers learn nothing from trying. */
function open(request: EndpointRequest, target: Target, doors: Doors): { route: Route; keyIndex: number } {
  const route = routeOf(target.operation);
  const rings = route === undefined ? [doors.client, doors.worker] : [doors[route.caller]];
  const keyIndex =
    request.isKeyChecked === true
      ? checkedKeyIndex
      : rings.map((ring) => ring.find(request.headers["authorization"])).find((index) => index !== undefined);
  if (keyIndex === undefined) {
    throw new Refusal(401, "The key is missing or wrong; send `Authorization: Bearer KEY`.", {
      "www-authenticate": "Bearer",
    });
  }
  if (route === undefined) throw new Refusal(404, "There is no such operation.");
  if (!route.methods.includes(request.method)) {
    const allow = route.methods.join(", ");
    throw new Refusal(405, `This operation takes ${allow} only.`, { allow });
  }
  if (target.ids.length !== route.ids.length) {
    const path = [route.operation, ...route.ids.map((id) => id.toUpperCase())].join("/");
    throw new Refusal(404, `There is no such operation; its path is /${path}.`);
  }
  const bad = target.ids.findIndex((id) => !isId(id));
  if (bad !== -1) throw new Refusal(400, `The ${route.ids[bad]} id is malformed.`);
  return { route, keyIndex };
}

function callOf(request: EndpointRequest, target: Target, route: Route, { settings }: Shared): Call {
  return {
    query: target.query,
    headers: request.headers,
    signal: request.signal,
    readBody: () => request.readBody(route.maxBodyBytes(settings)),
  };
}

function failureReply(error: unknown, { settings }: Shared): EndpointReply {
  if (error instanceof Refusal) return errorReply(error.status, error.message, error.headers);
  if (error instanceof BodyTooLarge) {
    return errorReply(
      413,
      `The body may have at most ${error.maxBytes} bytes; put large files into a store and send URLs.`,
    );
  }
  if (error instanceof StoreFailure) {
    return errorReply(503, "The job store does not answer; try again.", { "retry-after": "1" });
  }
  settings.log(
    `A request failed: ${error instanceof Error ? error.name : "unknown"}. This is a fault of the endpoint.`,
  );
  return errorReply(500, "The endpoint failed to answer this request.");
}
