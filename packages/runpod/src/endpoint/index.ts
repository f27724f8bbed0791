export { createEndpoint } from "./create-endpoint.js";
export type { Endpoint, EndpointOptions, RateLimit, WorkerSighting } from "./endpoint.js";
export { BodyTooLarge, type EndpointReply, type EndpointRequest } from "./http.js";
export { listenEndpoints, type Listening, type ListenOptions } from "./listen.js";
export { toFetchHandler } from "./to-fetch.js";
export { createMemoryStore } from "./stores/memory-store.js";
export { createPostgresStore, type PostgresStoreOptions } from "./stores/postgres-store.js";
export type { SqlPool } from "./stores/sql-pool.js";
export type {
  CommandOutcome,
  DueWebhook,
  EndOutcome,
  JobCounts,
  JobStore,
  StoreEvent,
  SweepReport,
  SweepRules,
  Taker,
} from "./stores/job-store.js";
export type { JobEnd, JobRecord, JsonText, NewJob } from "./stores/job-record.js";
export { createFleet, type Fleet, type FleetOptions } from "./fleet/create-fleet.js";
export type { ScaleRules } from "./fleet/decide-scale.js";
export { guardedPost, type Post, type PostOutcome, type WebhookPost } from "./webhooks/post.js";
export { webhookHeaders, type WebhookMessage } from "./webhooks/sign.js";
