import { OpenAPIHono } from "@hono/zod-openapi";
import { expect, it } from "vitest";
import { keyedRoute, openRoute, type ApiEnv } from "./api.js";
import { readRoutes } from "./route-table.js";

const responses = { 204: { description: "Done." } };

function openApi() {
  const api = new OpenAPIHono<ApiEnv>();
  api.use(async (_, next) => next());
  api.openapi(keyedRoute("renders:read", { method: "get", path: "/v1/renders/{id}", responses }), (context) =>
    context.body(null, 204),
  );
  api.openapi(openRoute({ method: "get", path: "/healthz", responses }), (context) => context.body(null, 204));
  return api;
}

it.each([
  ["a route that is not described", (api: ReturnType<typeof openApi>) => api.get("/v1/open", (c) => c.text("to all"))],
  [
    "a route that asks for no key",
    (api: ReturnType<typeof openApi>) =>
      api.openapi(openRoute({ method: "post", path: "/v1/renders/{id}", responses }), (c) => c.body(null, 204)),
  ],
])("refuses %s under /v1/", (_, add) => {
  const api = openApi();
  expect(() => readRoutes(api)).not.toThrow();
  add(api);
  expect(() => readRoutes(api)).toThrow("asks for no scope");
});

it("names routes as they were described, and knows their scopes and methods", async () => {
  const api = openApi();
  const table = () => readRoutes(api);
  const seen: unknown[] = [];
  const outer = new OpenAPIHono<ApiEnv>();
  outer.use(async (context, next) => {
    await next();
    seen.push([readRoutes(outer).nameOf(context), readRoutes(outer).scopesOf(context)]);
  });
  outer.route("/", api);
  for (const path of ["/v1/renders/render_1", "/healthz", "/nothing"]) await outer.request(path);
  expect(seen).toEqual([
    ["GET /v1/renders/{id}", ["renders:read"]],
    ["GET /healthz", []],
    ["none", []],
  ]);
  expect(table().methodsAt("/v1/renders/x")).toEqual(["GET", "HEAD"]);
  expect(table().methodsAt("/v1/renders/x/y")).toEqual([]);
});
