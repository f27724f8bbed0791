import { z } from "@hono/zod-openapi";
import { keyedRoute, type AddRoutes } from "#server/api.js";

const metrics = keyedRoute("metrics:read", {
  method: "get",
  path: "/metrics",
  tags: ["health"],
  summary: "Metrics for Prometheus",
  description:
    "Needs a key, also from this machine: behind a proxy every stranger comes from there. In Prometheus: `authorization: { credentials_file: ... }`.",
  responses: {
    200: {
      description: "Prometheus' text format.",
      content: { "text/plain": { schema: z.string(), example: 'understudy_renders{state="queued"} 0\n' } },
    },
  },
});

/** `/metrics`. */
export const addMetricsRoutes: AddRoutes = (api) => {
  api.openapi(metrics, async (context) => {
    const { text, mediaType } = await context.get("metrics").read();
    return context.text(text, 200, { "content-type": mediaType });
  });
};
