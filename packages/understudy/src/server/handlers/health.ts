import { z } from "@hono/zod-openapi";
import { json, openRoute, type AddRoutes } from "#server/api.js";
import { checkReadiness } from "#server/check-readiness.js";

const tags = ["health"];

const alive = openRoute({
  method: "get",
  path: "/healthz",
  tags,
  summary: "Whether the process lives",
  description: "Asks nobody else. Restart the process when this does not answer.",
  responses: { 200: json(z.object({ status: z.literal("ok") }).openapi("Alive"), "It does.", { status: "ok" }) },
});

const readiness = z
  .object({
    status: z.enum(["ready", "not-ready"]),
    reasons: z.array(z.string()).openapi({ description: "What does not answer, in words; empty when all does." }),
  })
  .openapi("Readiness");

const ready = openRoute({
  method: "get",
  path: "/readyz",
  tags,
  summary: "Whether requests are answered",
  description: "Looks at the database, its tables and the artifact store. Send requests elsewhere when this is a 503.",
  responses: {
    200: json(readiness, "All answer.", { status: "ready", reasons: [] }),
    503: json(readiness, "Something does not.", { status: "not-ready", reasons: ["The database does not answer."] }),
  },
});

/** `/healthz` and `/readyz`. */
export const addHealthRoutes: AddRoutes = (api, service) => {
  const check = checkReadiness(service);
  api.openapi(alive, (context) => context.json({ status: "ok" as const }, 200));
  api.openapi(ready, async (context) => {
    const reasons = [...(await check())];
    return reasons.length === 0
      ? context.json({ status: "ready" as const, reasons }, 200)
      : context.json({ status: "not-ready" as const, reasons }, 503);
  });
};
