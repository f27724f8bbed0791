import { z } from "@hono/zod-openapi";
import { toFetchHandler, type Endpoint } from "@understudy/runpod/endpoint";
import { apiPrefix } from "@understudy/runpod/protocol";
import { keyedRoute, problemResponse, type AddRoutes } from "#server/api.js";

const operation = z.string().openapi({ example: "health", description: "Such as `run` or `status`." });

/** Paths of both APIs differ in how many ids follow the operation: none, a job or a worker, or a worker and a job. */
const shapes = [
  { path: "", params: {} },
  { path: "/{id}", params: { id: z.string() } },
  { path: "/{worker}/{id}", params: { worker: z.string(), id: z.string() } },
] as const;

const asRunPod = { "application/json": { schema: z.any() } };

/** RunPod's own failures are plain JSON; whoever is turned away before is told so as everywhere. */
const failure = { ...problemResponse, content: { ...problemResponse.content, ...asRunPod } };

const routes = (["get", "post"] as const).flatMap((method) =>
  shapes.map(({ path, params }) =>
    keyedRoute("jobs", {
      method,
      path: `/${apiPrefix}/{endpoint}/{operation}${path}`,
      tags: ["RunPod"],
      summary: "The RunPod serverless API",
      description:
        "Jobs and workers as RunPod has them. One queue for all keys with this scope, so give it to your own programs only.",
      request: { params: z.object({ endpoint: z.string(), operation, ...params }) },
      responses: { 200: { description: "As RunPod answers.", content: asRunPod }, default: failure },
    }),
  ),
);

/** The RunPod routes, below `/v2/`; none when the service has no endpoint. */
export const addJobsRoutes: AddRoutes = (api, { endpoint }) => {
  if (endpoint === undefined) return;
  const handle = handlerOf(endpoint);
  for (const route of routes) api.openapi(route, (context) => handle(context.req.raw) as Promise<never>);
};

/** The key was checked on the way here, by the service's own list. */
function handlerOf(endpoint: Endpoint): (request: Request) => Promise<Response> {
  return toFetchHandler(endpoint, { isKeyChecked: true });
}
