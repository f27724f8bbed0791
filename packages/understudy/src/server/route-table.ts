import { matchedRoutes } from "hono/route";
import type { Context } from "hono";
import type { Scope } from "#access/caller.js";
import type { Api, ApiEnv } from "./api.js";

/** What the application's routes say of themselves; asked once they are all added. */
export interface RouteTable {
  /** `GET /v1/renders/{id}`: never what a caller wrote. `none` when no route takes the request. */
  nameOf(context: Context<ApiEnv>): string;
  /** What a key needs for this request; empty: the route is open, or there is none. */
  scopesOf(context: Context<ApiEnv>): readonly Scope[];
  /** Methods that the path takes. */
  methodsAt(path: string): readonly string[];
}

/** Everything that needs a key lies below. */
export const keyedPrefix = "/v1/";

/** Reads the routes of an application. @throws Error for a route under `/v1/` that asks for no scope: a fault of ours. */
export function readRoutes(api: Api): RouteTable {
  const scopes = new Map<string, Scope>();
  for (const definition of api.openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const { method, path, "x-scope": scope } = definition.route as typeof definition.route & { "x-scope"?: Scope };
    if (scope !== undefined) scopes.set(`${method.toUpperCase()} ${toPattern(path)}`, scope);
  }
  const own = api.routes.filter(isRoute);
  const open = own.find((route) => route.path.startsWith(keyedPrefix) && !scopes.has(`${route.method} ${route.path}`));
  if (open !== undefined) throw new Error(`${open.method} ${open.path} asks for no scope; use keyedRoute().`);
  const methods = [...new Set(own.map(({ method }) => method))].sort();
  const matchedIn = (context: Context<ApiEnv>) => matchedRoutes(context).filter(isRoute);
  return {
    nameOf(context) {
      const [first] = matchedIn(context);
      return first === undefined ? "none" : `${first.method} ${toBraces(first.path)}`;
    },
    scopesOf(context) {
      // The first one answers; a wider pattern behind it, such as that of all RunPod endpoints, is not asked.
      const [first] = matchedIn(context);
      const scope = first && scopes.get(`${first.method} ${first.path}`);
      return scope === undefined ? [] : [scope];
    },
    methodsAt(path) {
      const found = methods.filter((method) => api.router.match(method, path)[0].some(([[, route]]) => isRoute(route)));
      return found.includes("GET") ? [...found, "HEAD"] : found;
    },
  };
}

/** Whatever stands in the way of all requests was added with `use`. */
function isRoute({ method }: { readonly method: string }): boolean {
  return method !== "ALL";
}

function toPattern(path: string): string {
  return path.replaceAll(/\/\{(.+?)\}/g, "/:$1");
}

function toBraces(pattern: string): string {
  return pattern.replaceAll(/\/:([^/{]+)(\{[^/]+\})?/g, "/{$1}");
}
