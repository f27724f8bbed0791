import type { AddRoutes } from "./api.js";
import { addAirtableHookRoutes } from "./handlers/airtable-hook.js";
import { addBriefJobsRoutes } from "./handlers/brief-jobs.js";
import { addConsentsRoutes } from "./handlers/consents.js";
import { addDocsRoutes } from "./handlers/docs.js";
import { addEventRoutes } from "./handlers/events.js";
import { addHealthRoutes } from "./handlers/health.js";
import { addJobsRoutes } from "./handlers/jobs.js";
import { addKeysRoutes } from "./handlers/keys.js";
import { addMetricsRoutes } from "./handlers/metrics.js";
import { addPersonRoutes } from "./handlers/person.js";
import { addPublicReportsRoutes } from "./handlers/public-reports.js";
import { addRenderRoutes } from "./handlers/renders.js";
import { addReportsRoutes } from "./handlers/reports.js";
import { addResultsRoutes } from "./handlers/results.js";
import { addSubjectsRoutes } from "./handlers/subjects.js";
import { addUploadsRoutes } from "./handlers/uploads.js";
import { addVerifyRoutes } from "./handlers/verify.js";
import { addWebhookEndpointsRoutes } from "./handlers/webhook-endpoints.js";
import { addWebhookMessagesRoutes } from "./handlers/webhook-messages.js";

/** Every route of the service, by subject, in the order of the docs page. */
export const addRoutes: readonly AddRoutes[] = [
  addRenderRoutes,
  addEventRoutes,
  addUploadsRoutes,
  addResultsRoutes,
  addConsentsRoutes,
  addSubjectsRoutes,
  addPersonRoutes,
  addVerifyRoutes,
  addWebhookEndpointsRoutes,
  addWebhookMessagesRoutes,
  addReportsRoutes,
  addPublicReportsRoutes,
  addAirtableHookRoutes,
  addKeysRoutes,
  addHealthRoutes,
  addMetricsRoutes,
  addDocsRoutes,
  addBriefJobsRoutes,
  addJobsRoutes,
];
