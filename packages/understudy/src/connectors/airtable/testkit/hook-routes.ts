import { z } from "zod";
import { hookOptions, type Hook } from "./hook.js";
import { parsed } from "./parsed.js";
import { invalidRequest, notFound } from "./refusal.js";
import { assertScopes, type TokenScope } from "./tokens.js";
import type { Route, Visit } from "./route.js";

const newHook = z.strictObject({
  notificationUrl: z.url({ protocol: /^https?$/ }).nullish(),
  specification: z.strictObject({ options: hookOptions }),
});
const enabling = z.strictObject({ enable: z.boolean() });
const payloadQuery = z.strictObject({
  cursor: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(50).default(50),
});

const manage = { scopes: ["webhook:manage"] } as const;
const all = "/v0/bases/:base/webhooks";
const one = "/v0/bases/:base/webhooks/:hook";

/**
 * Webhooks. Answers of `enableNotifications` and delete are empty, as clients of Airtable expect.
 * Source: https://airtable.com/developers/web/api/create-a-webhook, /list-webhooks, /list-webhook-payloads,
 * /refresh-a-webhook, /enable-disable-webhook-notifications, /delete-a-webhook
 */
export const hookRoutes: readonly Route[] = [
  { method: "POST", path: all, ...manage, role: "creator", act: createHook },
  { method: "GET", path: all, ...manage, act: listHooks },
  { method: "DELETE", path: one, ...manage, role: "creator", act: (visit) => visit.world.hooks.remove(found(visit)) },
  { method: "POST", path: `${one}/enableNotifications`, ...manage, role: "creator", act: enableNotifications },
  { method: "POST", path: `${one}/refresh`, ...manage, role: "creator", act: refreshHook },
  { method: "GET", path: `${one}/payloads`, ...manage, act: listPayloads },
];

function createHook(visit: Visit) {
  const { notificationUrl, specification } = parsed(newHook, visit.body);
  assertMayRead(visit, specification.options);
  const hook = visit.world.hooks.create(visit.base(), notificationUrl ?? null, specification.options);
  return { id: hook.id, macSecretBase64: Buffer.from(hook.macSecret).toString("base64"), ...expiry(hook) };
}

function listHooks(visit: Visit) {
  const webhooks = visit.world.hooks.list(visit.base()).map((hook) => ({
    id: hook.id,
    areNotificationsEnabled: hook.areNotificationsEnabled,
    cursorForNextPayload: hook.nextNumber,
    ...expiry(hook),
    isHookEnabled: visit.world.hooks.isActive(hook),
    lastNotificationResult: hook.lastResult,
    lastSuccessfulNotificationTime: hook.lastSuccess,
    notificationUrl: hook.notificationUrl,
    specification: { options: hook.options },
  }));
  return { webhooks };
}

function enableNotifications(visit: Visit): void {
  const hook = found(visit);
  hook.areNotificationsEnabled = parsed(enabling, visit.body).enable;
}

/** That a webhook which ended cannot be refreshed is documented ("only applies to active webhooks"), its answer is not. */
function refreshHook(visit: Visit) {
  const hook = found(visit);
  if (!visit.world.hooks.isActive(hook)) {
    throw notFound();
  }
  visit.world.hooks.extend(hook);
  return expiry(hook);
}

/** Also lets the webhook live on. A cursor beyond the next payload is refused: a guess. */
function listPayloads(visit: Visit) {
  const hook = found(visit);
  assertMayRead(visit, hook.options);
  const { cursor, limit } = parsed(payloadQuery, Object.fromEntries(visit.query));
  if (cursor > hook.nextNumber) {
    throw invalidRequest();
  }
  visit.world.hooks.extend(hook);
  const waiting = hook.payloads.filter(({ number }) => number >= cursor);
  const page = waiting.slice(0, limit);
  const last = page.at(-1);
  return {
    payloads: page.map(({ payload }) => payload),
    cursor: last === undefined ? cursor : last.number + 1,
    mightHaveMore: waiting.length > page.length,
  };
}

function assertMayRead({ token }: Visit, { filters }: Hook["options"]): void {
  assertScopes(
    token,
    filters.dataTypes.map((type): TokenScope => (type === "tableData" ? "data.records:read" : "schema.bases:read")),
  );
}

function expiry(hook: Hook) {
  return { expirationTime: new Date(hook.expiresAt).toISOString() };
}

function found(visit: Visit): Hook {
  return visit.world.hooks.find(visit.base(), visit.parts["hook"] ?? "");
}
