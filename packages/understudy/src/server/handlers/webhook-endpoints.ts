import { z } from "@hono/zod-openapi";
import { json, jsonBody, keyedRoute, type AddRoutes } from "#server/api.js";
import { notFound } from "#server/problem.js";
import { newsTypes, webhookTypes } from "#webhooks/webhook-outbox.js";
import type { WebhookEndpoint } from "#webhooks/webhook-desk.js";
import { pathWith } from "./field-schemas.js";
import { exampleMessage, messageSchema, messageView } from "./webhook-messages.js";

const exampleEndpoint = {
  id: "endpoint_00000000000000ab",
  url: "https://hooks.example/understudy",
  types: ["render.finished", "render.failed"],
  createdAt: "2026-01-01T00:00:00.000Z",
} as const;

/** 32 zeros: nobody's secret. */
const exampleSecret = `whsec_${"A".repeat(43)}=`;

const endpointSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    types: z.array(z.enum(webhookTypes)).openapi({
      description: "Empty: all. `webhook.test` alone: it came along with a render, and is told what names it.",
    }),
    createdAt: z.iso.datetime(),
    disabledAt: z.iso.datetime().optional().openapi({
      description: "Since when nothing is sent: the receiver answered 410 (Gone).",
    }),
  })
  .openapi("WebhookEndpoint", { example: exampleEndpoint });

const wishSchema = z
  .strictObject({
    url: z.string().min(1).max(8192),
    types: z
      .array(z.enum(newsTypes))
      .max(newsTypes.length)
      .default([])
      .openapi({ description: "What it is told; empty: everything, also what later releases know to tell." }),
  })
  .openapi("WebhookEndpointWish");

const madeSchema = z
  .object({ endpoint: endpointSchema, secret: z.string().openapi({ description: "Signs what is sent to it." }) })
  .openapi("NewWebhookEndpoint", { example: { endpoint: exampleEndpoint, secret: exampleSecret } });

const rotationSchema = z
  .strictObject({
    graceSeconds: z
      .int()
      .min(0)
      .max(604_800)
      .default(86_400)
      .openapi({ description: "How long the old secret signs as well; 0 when it has leaked." }),
  })
  .openapi("WebhookSecretRotation");

const secretSchema = z.object({ secret: z.string() }).openapi("WebhookSecret", { example: { secret: exampleSecret } });

const tags = ["webhooks"];
const path = "/v1/webhook-endpoints";
const params = pathWith("endpoint", exampleEndpoint.id);

const create = keyedRoute("webhooks:write", {
  method: "post",
  path,
  tags,
  summary: "Be told by webhook",
  description:
    "What happens is sent to this address, signed after Standard Webhooks. It must be https and public, unless the operator permits private addresses.",
  request: { body: jsonBody(wishSchema, { url: exampleEndpoint.url, types: exampleEndpoint.types }) },
  responses: { 201: json(madeSchema, "The endpoint, and the secret that signs what is sent to it.") },
});

const list = keyedRoute("webhooks:read", {
  method: "get",
  path,
  tags,
  summary: "Your webhook endpoints, newest first",
  responses: { 200: json(z.object({ endpoints: z.array(endpointSchema) }), "All of them.") },
});

const get = keyedRoute("webhooks:read", {
  method: "get",
  path: `${path}/{id}`,
  tags,
  summary: "One webhook endpoint",
  request: { params },
  responses: { 200: json(endpointSchema, "The endpoint.") },
});

const remove = keyedRoute("webhooks:write", {
  method: "delete",
  path: `${path}/{id}`,
  tags,
  summary: "Be told no more",
  description: "What was still to be sent counts as failed; the log of what was sent stays for 30 days.",
  request: { params },
  responses: { 204: { description: "It is removed." } },
});

const secret = keyedRoute("webhooks:write", {
  method: "get",
  path: `${path}/{id}/secret`,
  tags,
  summary: "The secret that signs",
  request: { params },
  responses: { 200: json(secretSchema, "The newest one.") },
});

const rotate = keyedRoute("webhooks:write", {
  method: "post",
  path: `${path}/{id}/rotate-secret`,
  tags,
  summary: "Put a new secret in the place of one",
  description: "During the grace both sign, so that nothing is refused while you bring the new one round.",
  request: { params, body: jsonBody(rotationSchema, { graceSeconds: 86_400 }) },
  responses: { 200: json(secretSchema, "The new one.") },
});

const test = keyedRoute("webhooks:write", {
  method: "post",
  path: `${path}/{id}/test`,
  tags,
  summary: "Send a test",
  description: "A message of type `webhook.test` goes to this endpoint alone; look at it again to see what came of it.",
  request: { params },
  responses: { 202: json(messageSchema, "The message, which is sent at once.", { ...exampleMessage, attempts: [] }) },
});

/** `/v1/webhook-endpoints`. */
export const addWebhookEndpointsRoutes: AddRoutes = (api, { webhooks }) => {
  api.openapi(create, async (context) => {
    const { url, types } = context.req.valid("json");
    const { endpoint, secret } = await webhooks.createEndpoint(context.get("caller").ownerId, { url, types });
    return context.json({ endpoint: endpointView(endpoint), secret }, 201, { Location: `${path}/${endpoint.id}` });
  });

  api.openapi(list, async (context) => {
    const endpoints = await webhooks.listEndpoints(context.get("caller").ownerId);
    return context.json({ endpoints: endpoints.map(endpointView) }, 200);
  });

  api.openapi(get, async (context) => {
    const endpoint = await webhooks.getEndpoint(context.get("caller").ownerId, context.req.valid("param").id);
    return context.json(endpointView(endpoint ?? throwNotFound()), 200);
  });

  api.openapi(remove, async (context) => {
    const isRemoved = await webhooks.removeEndpoint(context.get("caller").ownerId, context.req.valid("param").id);
    return isRemoved ? context.body(null, 204) : throwNotFound();
  });

  api.openapi(secret, async (context) => {
    const newest = await webhooks.secretOf(context.get("caller").ownerId, context.req.valid("param").id);
    return context.json({ secret: newest ?? throwNotFound() }, 200);
  });

  api.openapi(rotate, async (context) => {
    const { id } = context.req.valid("param");
    const { graceSeconds } = context.req.valid("json");
    const newest = await webhooks.rotateSecret(context.get("caller").ownerId, id, graceSeconds);
    return context.json({ secret: newest ?? throwNotFound() }, 200);
  });

  api.openapi(test, async (context) => {
    const message = await webhooks.sendTest(context.get("caller").ownerId, context.req.valid("param").id);
    return context.json(messageView(message ?? throwNotFound()), 202);
  });
};

function throwNotFound(): never {
  throw notFound("webhook endpoint");
}

function endpointView({ ownerId: _owner, types, createdAt, disabledAt, ...rest }: WebhookEndpoint) {
  return {
    ...rest,
    types: [...types],
    createdAt: createdAt.toISOString(),
    ...(disabledAt !== undefined && { disabledAt: disabledAt.toISOString() }),
  };
}
