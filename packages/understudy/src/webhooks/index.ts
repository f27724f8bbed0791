export { startWebhookDelivery, type WebhookDelivery, type WebhookDeliveryOptions } from "./deliver-webhooks.js";
export { createWebhookDesk, type WebhookDeskOptions } from "./postgres-webhook-desk.js";
export { sweepWebhooks, type WebhookSweep } from "./sweep-webhooks.js";
export type { MessageQuery, WebhookAttempt, WebhookDesk, WebhookEndpoint, WebhookMessage } from "./webhook-desk.js";
export { newsTypes, webhookTypes, type WebhookNews, type WebhookOutbox, type WebhookType } from "./webhook-outbox.js";
