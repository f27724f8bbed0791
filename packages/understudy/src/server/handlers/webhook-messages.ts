import { z } from "@hono/zod-openapi";
import { json, keyedRoute, type AddRoutes } from "#server/api.js";
import { notFound } from "#server/problem.js";
import type { WebhookMessage } from "#webhooks/webhook-desk.js";
import { webhookTypes } from "#webhooks/webhook-outbox.js";
import { idOf } from "./field-schemas.js";

/** A message that was not delivered at once. */
export const exampleMessage = {
  id: "msg_0123456789abcdef01234567",
  endpointId: "endpoint_00000000000000ab",
  type: "webhook.test",
  sequence: 7,
  state: "waiting",
  createdAt: "2026-01-01T00:00:00.000Z",
  nextAttemptAt: "2026-01-01T00:00:05.500Z",
  body: {
    type: "webhook.test",
    timestamp: "2026-01-01T00:00:00.000Z",
    sequence: 7,
    data: { endpointId: "endpoint_00000000000000ab" },
  },
  attempts: [{ number: 1, at: "2026-01-01T00:00:00.020Z", milliseconds: 81, status: 500 }],
} as const;

const attemptSchema = z
  .object({
    number: z.int(),
    at: z.iso.datetime(),
    milliseconds: z.int(),
    status: z.int().optional().openapi({ description: "Of the answer; absent when there was none." }),
    error: z.string().optional().openapi({ description: "Why there was none.", example: "too-slow" }),
  })
  .openapi("WebhookAttempt", { example: exampleMessage.attempts[0] });

/** What every answer about a message says. */
export const messageSchema = z
  .object({
    id: z.string().openapi({ description: "The header `webhook-id` of every attempt." }),
    endpointId: z.string(),
    renderId: z.string().optional(),
    type: z.enum(webhookTypes),
    sequence: z.int().openapi({ description: "Counts from 1 for each endpoint, without a gap." }),
    state: z.enum(["waiting", "delivered", "failed"]),
    createdAt: z.iso.datetime(),
    nextAttemptAt: z.iso.datetime().optional(),
    body: z.looseObject({}).openapi({ description: "What is sent." }),
    attempts: z.array(attemptSchema),
  })
  .openapi("WebhookMessage", { example: exampleMessage });

/** A message as the API shows it. */
export function messageView(message: WebhookMessage): z.infer<typeof messageSchema> {
  const { createdAt, nextAttemptAt, body, attempts, ...rest } = message;
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    ...(nextAttemptAt !== undefined && { nextAttemptAt: nextAttemptAt.toISOString() }),
    body: JSON.parse(body) as Record<string, unknown>,
    attempts: attempts.map((attempt) => ({ ...attempt, at: attempt.at.toISOString() })),
  };
}

const tags = ["webhooks"];
const path = "/v1/webhook-messages";

const params = z.object({
  id: z
    .string()
    .regex(/^msg_[0-9a-f]{24}$/, "msg_ and 24 hex digits")
    .openapi({ param: { name: "id", in: "path" }, example: exampleMessage.id }),
});

const list = keyedRoute("webhooks:read", {
  method: "get",
  path,
  tags,
  summary: "What was sent, newest first",
  description: "With every attempt; the log reaches back 30 days. The next page: `beforeSequence` is the last one's.",
  request: {
    query: z
      .object({
        endpointId: idOf("endpoint").optional(),
        renderId: idOf("render").optional(),
        limit: z.coerce.number().int().min(1).max(100).default(20),
        beforeSequence: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
      })
      .refine(({ endpointId, beforeSequence }) => endpointId !== undefined || beforeSequence === undefined, {
        path: ["beforeSequence"],
        error: "needs endpointId: each endpoint counts for itself",
      }),
  },
  responses: {
    200: json(z.object({ messages: z.array(messageSchema) }), "The messages.", { messages: [exampleMessage] }),
  },
});

const get = keyedRoute("webhooks:read", {
  method: "get",
  path: `${path}/{id}`,
  tags,
  summary: "One message and its attempts",
  request: { params },
  responses: { 200: json(messageSchema, "The message.") },
});

const resend = keyedRoute("webhooks:write", {
  method: "post",
  path: `${path}/{id}/resend`,
  tags,
  summary: "Send a message again",
  description: "Whether it was delivered or not, at once and for another 24 hours, with the same id and body.",
  request: { params },
  responses: { 202: json(messageSchema, "The message, which is sent at once.") },
});

/** `/v1/webhook-messages`. */
export const addWebhookMessagesRoutes: AddRoutes = (api, { webhooks }) => {
  api.openapi(list, async (context) => {
    const { limit, endpointId, renderId, beforeSequence } = context.req.valid("query");
    const messages = await webhooks.listMessages(context.get("caller").ownerId, {
      limit,
      ...(endpointId !== undefined && { endpointId }),
      ...(renderId !== undefined && { renderId }),
      ...(beforeSequence !== undefined && { beforeSequence }),
    });
    return context.json({ messages: messages.map(messageView) }, 200);
  });

  api.openapi(get, async (context) => {
    const message = await webhooks.getMessage(context.get("caller").ownerId, context.req.valid("param").id);
    return context.json(messageView(message ?? throwNotFound()), 200);
  });

  api.openapi(resend, async (context) => {
    const message = await webhooks.resend(context.get("caller").ownerId, context.req.valid("param").id);
    return context.json(messageView(message ?? throwNotFound()), 202);
  });
};

function throwNotFound(): never {
  throw notFound("webhook message");
}
