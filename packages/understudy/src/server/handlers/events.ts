import type { HttpBindings } from "@hono/node-server";
import { z } from "@hono/zod-openapi";
import { hasEnded } from "#renders/service-render.js";
import { keyedRoute, type Api } from "#server/api.js";
import { notFound } from "#server/problem.js";
import type { Service } from "#server/service.js";
import { createEventStreams, machineClock, type StreamClock } from "./render-event-streams.js";
import { exampleEvents } from "./render-examples.js";
import { renderIdSchema } from "./render-schemas.js";

/** Adds the route that tells what happens to a render while it happens. */
export function addEventRoutes(api: Api, service: Service, clock: StreamClock = machineClock): void {
  const streams = createEventStreams(service, clock);

  api.openapi(eventsRoute, async (context) => {
    const { ownerId, keyId } = context.get("caller");
    const { id } = context.req.valid("param");
    const render = await service.renders.get(ownerId, id);
    if (render === undefined) throw notFound("render");
    const lastEventId = context.req.valid("header")["last-event-id"];
    // A client that comes back says where it was; its address still says where it began.
    const asked = lastEventId === undefined ? context.req.valid("query").after : Number(lastEventId);
    const after = Math.min(asked, render.eventSequence);
    // Of all answers this one alone tells an EventSource not to come back.
    if (hasEnded(render) && after >= render.eventSequence) return context.body(null, 204);
    const { outgoing } = (context.env ?? {}) as Partial<HttpBindings>;
    const body = streams.open({ renderId: id, ownerId, keyId, after, hangUp: () => outgoing?.destroy() });
    return context.body(body, 200, { "content-type": "text/event-stream", "x-accel-buffering": "no" });
  });
}

const eventsRoute = keyedRoute("renders:read", {
  method: "get",
  path: "/v1/renders/{id}/events",
  tags: ["renders"],
  summary: "What happens to a render, while it happens",
  description:
    "Server-sent events: all that happened so far, then what happens, until the render ends. Send the id of the last event that you have as Last-Event-ID, or as `after`, and nothing is lost or told twice.",
  request: {
    params: renderIdSchema,
    query: z.object({ after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0) }),
    headers: z.object({
      "last-event-id": z
        .string()
        .regex(/^\d{1,15}$/, "the id of an event")
        .optional(),
    }),
  },
  responses: {
    200: {
      description: "`id` is the event's number, `event` its kind, `data` its facts as JSON.",
      content: { "text/event-stream": { schema: z.string(), example: exampleEvents } },
    },
    204: { description: "The render has ended, and you have all of it." },
  },
});
