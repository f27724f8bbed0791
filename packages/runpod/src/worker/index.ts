export { serve } from "./serve.js";
export { JobFailure } from "./handler.js";
export type { Handler, HandlerResult, Job, JobContext } from "./handler.js";
export type { LargeResult, ServeOptions, WorkerLogLine } from "./serve-options.js";
