import { randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import type { ApiEnv } from "./api.js";
import type { Metrics } from "./metrics.js";
import { problem } from "./problem.js";
import type { RouteTable } from "./route-table.js";
import type { Service } from "./service.js";

/**
 * Stands around everything: gives each request an id, each answer its security fields, and writes one line a request. A line says
 * which route it was and never the path: those of results and personal pages are secrets.
 */
export function observe(service: Service, metrics: Metrics, routes: () => RouteTable): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const startedAt = performance.now();
    const requestId = `req_${randomBytes(8).toString("hex")}`;
    context.set("requestId", requestId);
    context.set("metrics", metrics);
    context.set("answerHeaders", {});
    const thrown = await next().then(
      () => context.error,
      // Hono takes care of errors only; a library may throw anything.
      (other: unknown) => {
        context.res = problem(context, other);
        return other;
      },
    );
    guard(context);
    const { status } = context.res;
    const seconds = (performance.now() - startedAt) / 1000;
    const route = routes().nameOf(context);
    metrics.observe({ route, status, seconds });
    const facts = { requestId, method: context.req.method, route, status };
    const keyId = (context.get("caller") as { readonly keyId: string } | undefined)?.keyId;
    service.log.info({ ...facts, milliseconds: Math.round(seconds * 1e4) / 10, ...(keyId && { keyId }) }, "request");
    if (status >= 500 && thrown !== undefined) service.log.error({ ...facts, error: thrown }, "request failed");
  };
}

/** Fields that every answer has unless its route chose otherwise. */
const defaults = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** Not for videos and pictures: browsers play those in pages of their own, which the policy would keep from loading them. */
const documentPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function guard(context: Context<ApiEnv>): void {
  const set = (name: string, value: string): void => context.header(name, value);
  const { headers } = context.res;
  for (const [name, value] of Object.entries(defaults)) if (!headers.has(name)) set(name, value);
  const isDocument = /^(text\/|application\/(problem\+)?json)/.test(headers.get("content-type") ?? "");
  if (isDocument && !headers.has("content-security-policy")) set("content-security-policy", documentPolicy);
  set("x-request-id", context.get("requestId"));
  for (const [name, value] of Object.entries(context.get("answerHeaders"))) set(name, value);
}
