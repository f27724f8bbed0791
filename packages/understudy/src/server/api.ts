import { createRoute, OpenAPIHono, z, type RouteConfig } from "@hono/zod-openapi";
import type { Caller, Scope } from "#access/caller.js";
import { problemSchema } from "./problem.js";
import type { Service } from "./service.js";

/** What every handler finds in its context. */
export interface ApiEnv {
  Variables: { caller: Caller };
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
    responses: { ...route.responses, default: problemResponse },
  } as unknown as R) as unknown as R & { readonly "x-scope": Scope };
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
