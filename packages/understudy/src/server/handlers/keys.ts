import { z } from "@hono/zod-openapi";
import { scopes } from "#access/caller.js";
import { assertMayGrant } from "#access/grant.js";
import type { ApiKey, KeyList, MadeKey, NewKey } from "#access/key-list.js";
import type { KeyDefaults } from "#access/key-rows.js";
import { json, jsonBody, keyedRoute, type AddRoutes } from "#server/api.js";
import { notFound } from "#server/problem.js";

const tags = ["keys"];

const scope = z.enum(scopes);
const requestsPerMinute = z.int().min(1).max(1_000_000);
const rendersAtOnce = z.int().min(1).max(1000);

const exampleKey = {
  id: "key_0123456789abcdef",
  name: "web shop",
  scopes: ["renders:read", "renders:write"],
  requestsPerMinute: 600,
  rendersAtOnce: 2,
  createdAt: "2027-01-01T12:00:00.000Z",
};

const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(scope),
    requestsPerMinute,
    rendersAtOnce,
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().optional(),
    revokedAt: z.iso.datetime().optional().openapi({ description: "In the future for a key that was rotated." }),
    lastUsedAt: z.iso.datetime().optional().openapi({ description: "To the minute." }),
    rotatedFrom: z.string().optional(),
  })
  .openapi("Key", { example: exampleKey });

const madeKeySchema = z
  .object({
    key: keySchema,
    secret: z.string().openapi({ description: "What opens the API. It is told this once." }),
  })
  .openapi("NewKey", { example: { key: exampleKey, secret: `us_${"a".repeat(32)}` } });

const newKeySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    scopes: z.array(scope).max(scopes.length),
    expiresAt: z.iso.datetime({ offset: true }).optional(),
    requestsPerMinute: requestsPerMinute.optional(),
    rendersAtOnce: rendersAtOnce.optional(),
  })
  .openapi("KeyWish");

const params = z.object({ id: z.string().max(100).openapi({ example: exampleKey.id }) });

const list = keyedRoute("keys:read", {
  method: "get",
  path: "/v1/keys",
  tags,
  summary: "List your keys",
  description: "Oldest first, also those that were revoked. The keys themselves are not kept, so nobody can list them.",
  responses: { 200: json(z.object({ keys: z.array(keySchema) }), "Your keys.") },
});

const create = keyedRoute("keys:write", {
  method: "post",
  path: "/v1/keys",
  tags,
  summary: "Make a key",
  description: "It belongs to the same owner. A key gives no other more than it has: scopes, limits, time.",
  request: { body: jsonBody(newKeySchema, { name: "web shop", scopes: ["renders:read", "renders:write"] }) },
  responses: { 201: json(madeKeySchema, "The key, told this once.") },
});

const revoke = keyedRoute("keys:write", {
  method: "delete",
  path: "/v1/keys/{id}",
  tags,
  summary: "Revoke a key",
  description: "It opens nothing within a second, in every process. Safe to repeat.",
  request: { params },
  responses: { 204: { description: "It is revoked." } },
});

const rotate = keyedRoute("keys:write", {
  method: "post",
  path: "/v1/keys/{id}/rotate",
  tags,
  summary: "Put a new key in the place of one",
  description: "The old one holds for its grace time, so that nobody is locked out while the new one is brought round.",
  request: {
    params,
    body: jsonBody(z.strictObject({ graceSeconds: z.int().min(0).max(604_800).default(3600) }).openapi("KeyRotation"), {
      graceSeconds: 3600,
    }),
  },
  responses: { 201: json(madeKeySchema, "The new key, told this once.") },
});

/** `/v1/keys`. */
export const addKeysRoutes: AddRoutes = (api, { keys, config }) => {
  api.openapi(list, async (context) => {
    const own = await keys.list(context.get("caller").ownerId);
    return context.json({ keys: own.map(viewOf) }, 200);
  });

  api.openapi(create, async (context) => {
    const { ownerId, keyId } = context.get("caller");
    const { expiresAt, ...rest } = context.req.valid("json");
    const giver = await ownKey(keys, ownerId, keyId);
    const end = expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) };
    const wish = { ...lowerLimits(giver, config.server), ...rest, ...end } as NewKey;
    assertMayGrant(giver, wish);
    return context.json(madeView(await keys.create({ ...wish, ownerId })), 201);
  });

  api.openapi(revoke, async (context) => {
    const isThere = await keys.revoke(context.get("caller").ownerId, context.req.valid("param").id);
    if (!isThere) throw notFound("key");
    return context.body(null, 204);
  });

  api.openapi(rotate, async (context) => {
    const { ownerId, keyId } = context.get("caller");
    const { id } = context.req.valid("param");
    // The answer opens what the rotated key opens.
    assertMayGrant(await ownKey(keys, ownerId, keyId), await ownKey(keys, ownerId, id));
    const made = await keys.rotate(ownerId, id, context.req.valid("json").graceSeconds);
    if (made === undefined) throw notFound("key");
    return context.json(madeView(made), 201);
  });
};

/** Limits of the giver below what a key is allowed that says nothing: those hold for what it gives as well. */
function lowerLimits(giver: KeyDefaults, usual: KeyDefaults): Partial<KeyDefaults> {
  const { requestsPerMinute, rendersAtOnce } = giver;
  return {
    ...(requestsPerMinute < usual.requestsPerMinute && { requestsPerMinute }),
    ...(rendersAtOnce < usual.rendersAtOnce && { rendersAtOnce }),
  };
}

async function ownKey(keys: KeyList, ownerId: string, id: string): Promise<ApiKey> {
  const key = (await keys.list(ownerId)).find(({ keyId }) => keyId === id);
  if (key === undefined) throw notFound("key");
  return key;
}

function madeView({ key, secret }: MadeKey): z.infer<typeof madeKeySchema> {
  return { key: viewOf(key), secret };
}

function viewOf(key: ApiKey): z.infer<typeof keySchema> {
  const { keyId, name, scopes, requestsPerMinute, rendersAtOnce, createdAt, rotatedFrom } = key;
  const { expiresAt, revokedAt, lastUsedAt } = key;
  return {
    id: keyId,
    name,
    scopes: [...scopes],
    requestsPerMinute,
    rendersAtOnce,
    createdAt: createdAt.toISOString(),
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    ...(revokedAt && { revokedAt: revokedAt.toISOString() }),
    ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
    ...(rotatedFrom !== undefined && { rotatedFrom }),
  };
}
