import { deleteOldJobs } from "#jobs/delete-old-jobs.js";
import { sweepWebhooks } from "#webhooks/index.js";
import type { OpenedService } from "./open-service.js";

/** What other parts of the service remove by themselves, each in its own time. */
export function keptForATime({
  config,
  database,
  uploads,
  log,
}: OpenedService): readonly ((now: Date) => Promise<unknown>)[] {
  // A retry takes what the earlier run made, for as long as its inputs are there.
  const jobMs = 86_400_000 * (config.retention.inputDays + 1);
  return [
    (now) => sweepWebhooks(database.pool, now),
    (now) => uploads.sweep(now),
    (now) => deleteOldJobs(database, new Date(now.getTime() - jobMs), log),
  ];
}
