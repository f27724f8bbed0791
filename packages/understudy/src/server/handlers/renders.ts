import { z } from "@hono/zod-openapi";
import { UnderstudyError } from "@understudy/render";
import { assertAddresses, assertMayBegin } from "#renders/check-order.js";
import { handOver } from "#renders/hand-over.js";
import type { ServiceRender } from "#renders/service-render.js";
import { json, jsonBody, keyedRoute, type AddRoutes } from "#server/api.js";
import { notFound } from "#server/problem.js";
import { createOnce, webhookOf } from "./render-creation.js";
import { cursorAfter, placeOf } from "./render-cursor.js";
import { exampleManifest, exampleOrder, exampleRender } from "./render-examples.js";
import { forkedOrder, orderOf } from "./render-order.js";
import {
  forkSchema,
  idempotencySchema,
  newRenderSchema,
  renderIdSchema,
  renderPageSchema,
  renderQuerySchema,
  renderSchema,
} from "./render-schemas.js";
import { renderView, type RenderView } from "./render-view.js";

/** Adds the routes that make, show, stop and repeat renders; their news is in `events.ts`. */
export const addRenderRoutes: AddRoutes = (api, service) => {
  const { renders } = service;
  const view = (render: ServiceRender): RenderView => renderView(render, service.publicUrl());

  api.openapi(createRenderRoute, async (context) => {
    const caller = context.get("caller");
    const body = context.req.valid("json");
    const sent = { key: context.req.valid("header")["idempotency-key"], act: "create", body };
    const { render, isNew } = await createOnce(sent, caller, service, async () => {
      const order = orderOf(body, service.config);
      await assertAddresses(order, service, context.req.raw.signal);
      await assertMayBegin(order, caller.ownerId, service);
      const told = await webhookOf(body, caller.ownerId, service);
      return { order: { ...order, ...told }, priority: body.priority ?? 0 };
    });
    return isNew ? context.json(view(render), 202, locationOf(render)) : context.json(view(render), 200, replayed);
  });

  api.openapi(forkRoute, async (context) => {
    const caller = context.get("caller");
    const { id } = context.req.valid("param");
    const body = context.req.valid("json");
    const sent = { key: context.req.valid("header")["idempotency-key"], act: `fork ${id}`, body };
    const { render, isNew } = await createOnce(sent, caller, service, async () => {
      const parent = (await renders.get(caller.ownerId, id)) ?? throwNotFound();
      const order = forkedOrder(parent.order, body, service.config);
      await assertMayBegin(order, caller.ownerId, service);
      const told = await webhookOf(body, caller.ownerId, service);
      return { order: { ...order, ...told }, priority: parent.priority, forkedFrom: id };
    });
    return isNew ? context.json(view(render), 202, locationOf(render)) : context.json(view(render), 200, replayed);
  });

  api.openapi(listRoute, async (context) => {
    const { ownerId } = context.get("caller");
    const { limit, cursor, state, consentId } = context.req.valid("query");
    const query = { limit: limit + 1, ...(state && { state }), ...(consentId !== undefined && { consentId }) };
    const after = cursor === undefined ? {} : { after: placeOf(cursor, ownerId) };
    const found = await renders.list(ownerId, { ...query, ...after });
    const page = found.slice(0, limit);
    const nextCursor = found.length > limit ? { nextCursor: cursorAfter(page.at(-1)!, ownerId) } : {};
    return context.json({ renders: page.map(view), ...nextCursor }, 200);
  });

  api.openapi(getRoute, async (context) => {
    const render = await renders.get(context.get("caller").ownerId, context.req.valid("param").id);
    return context.json(view(render ?? throwNotFound()), 200);
  });

  api.openapi(cancelRoute, async (context) => {
    const render = await renders.cancel(context.get("caller").ownerId, context.req.valid("param").id);
    const { id: renderId, run } = render ?? throwNotFound();
    // The list told the runners already; the engine's word also reaches a run that nobody has begun.
    await service.jobs.cancel({ renderId, run });
    return context.json(view(render!), 200);
  });

  api.openapi(retryRoute, async (context) => {
    const caller = context.get("caller");
    const render = (await renders.retry(caller.ownerId, context.req.valid("param").id)) ?? throwNotFound();
    await handOver(render, caller, service);
    return context.json(view(render), 202, locationOf(render));
  });

  api.openapi(manifestRoute, async (context) => {
    const render = await renders.get(context.get("caller").ownerId, context.req.valid("param").id);
    const { manifest } = render ?? throwNotFound();
    if (manifest === undefined) throw new UnderstudyError("not-found", "There is no manifest of this render.");
    return context.json(manifest, 200);
  });
};

const replayed = { "Idempotent-Replayed": "true" };

function locationOf({ id }: ServiceRender): { readonly Location: string } {
  return { Location: `/v1/renders/${id}` };
}

function throwNotFound(): never {
  throw notFound("render");
}

const tags = ["renders"];
const waiting = json(renderSchema, "It waits for a runner.", exampleRender);
const sameAsBefore = json(renderSchema, "The render of the same request before.", exampleRender);

const createRenderRoute = keyedRoute("renders:write", {
  method: "post",
  path: "/v1/renders",
  tags,
  summary: "Make a video",
  request: {
    headers: idempotencySchema,
    body: jsonBody(newRenderSchema, exampleOrder),
  },
  responses: { 202: waiting, 200: sameAsBefore },
});

const listRoute = keyedRoute("renders:read", {
  method: "get",
  path: "/v1/renders",
  tags,
  summary: "Your renders, newest first",
  request: { query: renderQuerySchema },
  responses: { 200: json(renderPageSchema, "One page.", { renders: [exampleRender] }) },
});

const getRoute = keyedRoute("renders:read", {
  method: "get",
  path: "/v1/renders/{id}",
  tags,
  summary: "How far a render is, and what came of it",
  request: { params: renderIdSchema },
  responses: { 200: json(renderSchema, "The render.", exampleRender) },
});

const cancelRoute = keyedRoute("renders:write", {
  method: "post",
  path: "/v1/renders/{id}/cancel",
  tags,
  summary: "Stop a render",
  description: "One that waits is cancelled at once, one in work within a second; one that ended stays as it is.",
  request: { params: renderIdSchema },
  responses: { 200: json(renderSchema, "The render; a running one is told to stop.", exampleRender) },
});

const retryRoute = keyedRoute("renders:write", {
  method: "post",
  path: "/v1/renders/{id}/retry",
  tags,
  summary: "Run a failed or cancelled render again",
  description: "What was finished of it is used again.",
  request: { params: renderIdSchema },
  responses: { 202: waiting },
});

const forkRoute = keyedRoute("renders:write", {
  method: "post",
  path: "/v1/renders/{id}/fork",
  tags,
  summary: "Make the same video with another label, name, script or captions",
  description: "A new render of the same video and person; the faces that were drawn are used again.",
  request: {
    params: renderIdSchema,
    headers: idempotencySchema,
    body: jsonBody(forkSchema, { label: "start", name: "second-cut" }),
  },
  responses: { 202: waiting, 200: sameAsBefore },
});

const manifestRoute = keyedRoute("renders:read", {
  method: "get",
  path: "/v1/renders/{id}/manifest",
  tags,
  summary: "What was made from what",
  request: { params: renderIdSchema },
  responses: {
    200: json(
      z.object({ manifestVersion: z.int(), renderId: z.string() }),
      "The manifest, as it lies beside the video.",
      exampleManifest,
    ),
  },
});
