import { z } from "@hono/zod-openapi";
import type { ProblemReport } from "#people/problem-reports.js";
import { json, keyedRoute, type AddRoutes } from "#server/api.js";
import { notFound } from "#server/problem.js";
import { pathWith } from "./field-schemas.js";

const tags = ["reports"];

const exampleReport = {
  id: "report_00000000000000ab",
  text: "This is me, and nobody asked me.",
  contact: "jo@example.com",
  createdAt: "2026-01-01T00:00:00.000Z",
  answerDueAt: "2026-01-03T00:00:00.000Z",
};

const reportSchema = z
  .object({
    id: z.string(),
    subjectId: z.string().optional(),
    renderId: z.string().optional(),
    text: z.string(),
    contact: z.string().optional(),
    createdAt: z.iso.datetime(),
    answerDueAt: z.iso.datetime().openapi({ description: "48 hours later." }),
    closedAt: z.iso.datetime().optional(),
  })
  .openapi("Report", { example: exampleReport });

const list = keyedRoute("reports:read", {
  method: "get",
  path: "/v1/reports",
  tags,
  summary: "List what people reported",
  description: "Newest first: problems that people in photos, and others, reported about your videos.",
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      state: z.enum(["open", "closed"]).optional(),
    }),
  },
  responses: { 200: json(z.object({ reports: z.array(reportSchema) }), "The reports.", { reports: [exampleReport] }) },
});

const close = keyedRoute("renders:write", {
  method: "post",
  path: "/v1/reports/{id}/close",
  tags,
  summary: "Close a report",
  description: "Somebody looked at it and answered. Safe to repeat.",
  request: { params: pathWith("report", exampleReport.id) },
  responses: { 204: { description: "It is closed." } },
});

/** `/v1/reports`. */
export const addReportsRoutes: AddRoutes = (api, { reports }) => {
  api.openapi(list, async (context) => {
    const { limit, state } = context.req.valid("query");
    const options = { limit, ...(state !== undefined && { isOpen: state === "open" }) };
    const found = await reports.list(context.get("caller").ownerId, options);
    return context.json({ reports: found.map(viewOf) }, 200);
  });

  api.openapi(close, async (context) => {
    const isThere = await reports.close(context.get("caller").ownerId, context.req.valid("param").id);
    if (!isThere) throw notFound("report");
    return context.body(null, 204);
  });
};

function viewOf({ ownerId: _owner, createdAt, answerDueAt, closedAt, ...rest }: ProblemReport) {
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    answerDueAt: answerDueAt.toISOString(),
    ...(closedAt !== undefined && { closedAt: closedAt.toISOString() }),
  };
}
