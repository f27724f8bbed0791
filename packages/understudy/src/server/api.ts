import { createRoute, type OpenAPIHono, type RouteConfig, type z } from "@hono/zod-openapi";
import type { Caller, Scope } from "#access/caller.js";
import type { Metrics } from "./metrics.js";
import { problemSchema } from "./problem.js";
import type { Service } from "./service.js";

/** What every handler finds in its context. */
export interface ApiEnv {
  Variables: {
    /** Of a route that needs a key. */
    caller: Caller;
    /** `req_` and 16 hex digits; in the answer's `X-Request-Id` and in the log. */
    requestId: string;
    metrics: Metrics;
    /** Fields that the answer gets, whoever makes it. */
    answerHeaders: Record<string, string>;
  };
}

/** The application that handlers add their routes to. */
export type Api = OpenAPIHono<ApiEnv>;

/** Adds the routes of one subject; one file each in `handlers/`, all listed in `routes.ts`. */
export type AddRoutes = (api: Api, service: Service) => void;

/**
 * Describes a route that needs a key.
 * @param scope what the key must be allowed; `routes.ts` refuses to start with a route under `/v1/` without one.
 */
export function keyedRoute<const R extends RouteConfig>(scope: Scope, route: R): R & { readonly "x-scope": Scope } {
  return createRoute({
    ...route,
    security: [{ key: [] }],
    "x-scope": scope,
    responses: { default: problemResponse, ...route.responses },
  } as unknown as R) as unknown as R & { readonly "x-scope": Scope };
}

/** Describes a route that is open to everybody; never under `/v1/`. */
export function openRoute<const R extends RouteConfig>(route: R): R {
  return createRoute({
    ...route,
    security: [],
    responses: { default: problemResponse, ...route.responses },
  } as unknown as R) as unknown as R;
}

/** Every way in which a request can fail. */
export const problemResponse = {
  description: "What went wrong, and the next step.",
  content: { "application/problem+json": { schema: problemSchema } },
} as const;

/** A JSON answer in a route's description. */
export function json<S extends z.ZodType>(schema: S, description: string, example?: unknown) {
  return { description, content: { "application/json": { schema, ...(example !== undefined && { example }) } } };
}

/** A JSON body in a route's description. Without `required`, a body that is left out would reach the handler unchecked. */
export function jsonBody<S extends z.ZodType>(schema: S, example?: unknown) {
  return {
    required: true,
    content: { "application/json": { schema, ...(example !== undefined && { example }) } },
  } as const;
}
