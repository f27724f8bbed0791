import { OpenAPIHono } from "@hono/zod-openapi";
import { UnderstudyError } from "@understudy/render";
import type { Api, ApiEnv } from "./api.js";
import { createGate } from "./gate.js";
import { limitBody } from "./limit-body.js";
import { createMetrics } from "./metrics.js";
import { observe } from "./observe.js";
import { problem } from "./problem.js";
import { Refusal } from "./refusal.js";
import { refuseInvalid } from "./refuse-invalid.js";
import { readRoutes, type RouteTable } from "./route-table.js";
import { addRoutes } from "./routes.js";
import type { Service } from "./service.js";

/** The whole HTTP API of a service. Stands for itself: `listen()` puts it behind a port, tests ask it directly. */
export function createApp(service: Service): Api {
  const api: Api = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  const known: { table?: RouteTable } = {};
  // Hono builds its matcher at the first request, when all routes are there.
  const routes = (): RouteTable => (known.table ??= readRoutes(api));
  api.onError((thrown, context) => problem(context, thrown));
  api.use(observe(service, createMetrics(service), routes));
  api.use(createGate(service, routes));
  api.use(limitBody());
  for (const add of addRoutes) add(api, service);
  routes();
  api.notFound((context) => {
    const methods = routes().methodsAt(context.req.path);
    return problem(context, methods.length === 0 ? unknownPath() : wrongMethod(methods));
  });
  return api;
}

function unknownPath(): UnderstudyError {
  return new UnderstudyError("not-found", "There is nothing at this address.", {
    hint: "See /docs for what the service answers.",
  });
}

function wrongMethod(methods: readonly string[]): Refusal {
  const allow = methods.join(", ");
  return new Refusal(405, "bad-request", `This address takes ${allow} only.`, { headers: { allow } });
}
