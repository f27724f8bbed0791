export {
  createClient,
  type Client,
  type ClientOptions,
  type RunOptions,
  type RunSyncOptions,
} from "./create-client.js";
export type { Clock } from "./clock.js";
export { describeError } from "./describe-error.js";
export { clientErrorFacts, RunPodClientError, type ClientErrorCode } from "./errors.js";
export { outputOf } from "./finished-job.js";
export type { CallOptions, JobHandle } from "./job-handle.js";
export {
  isFinished,
  type BrokenJob,
  type CompletedJob,
  type FinishedJob,
  type JobView,
  type RunningJob,
  type Schema,
} from "./job-view.js";
export { parseWebhook, type WebhookJob, type WebhookOptions } from "./parse-webhook.js";
export { verifyWebhook, type WebhookVerification } from "./verify-webhook.js";
export type { StreamOptions } from "./stream-chunks.js";
export type { TargetOptions } from "./target.js";
export type { WaitOptions } from "./wait-for-end.js";
