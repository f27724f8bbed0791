import { deleteOldJobs } from "#jobs/delete-old-jobs.js";
import { sweepEvidence } from "#people/sweep-evidence.js";
import { sweepReports } from "#people/sweep-reports.js";
import { sweepTemplates } from "#templates/sweep-templates.js";
import { sweepWebhooks } from "#webhooks/index.js";
import type { OpenedService } from "./open-service.js";

/** What other parts of the service remove by themselves, each in its own time. */
export function keptForATime({
  artifacts,
  config,
  database,
  uploads,
  log,
}: OpenedService): readonly ((now: Date) => Promise<unknown>)[] {
  // A retry takes what the earlier run made, for as long as its inputs are there.
  const jobMs = 86_400_000 * (config.retention.inputDays + 1);
  return [
    (now) => sweepWebhooks(database.pool, now),
    (now) => sweepReports(database.pool, now),
    () => sweepEvidence({ artifacts, database }),
    (now) => uploads.sweep(now),
    (now) => sweepTemplates({ artifacts, database }, config.retention.templateDays, now),
    (now) => deleteOldJobs(database, new Date(now.getTime() - jobMs), log),
  ];
}
