import type { AddressPolicy } from "@understudy/guarded-fetch";
import type { Endpoint } from "@understudy/runpod/endpoint";
import type { KeyList } from "#access/key-list.js";
import type { Config } from "#config/index.js";
import type { JobEngine } from "#jobs/job-engine.js";
import type { ResultLinks } from "#links/result-links.js";
import type { PersonLinks } from "#people/person-links.js";
import type { ProblemReports } from "#people/problem-reports.js";
import type { Database } from "#postgres/database.js";
import type { DataFolder } from "#records/data-folder.js";
import type { RenderList } from "#renders/render-list.js";
import type { ServiceLog } from "#serve/service-log.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import type { UploadList } from "#uploads/upload-list.js";
import type { WebhookDesk } from "#webhooks/webhook-desk.js";
import type { Wiring } from "#wire.js";

/** Everything that the routes work with; made once by `understudy serve`. */
export interface Service {
  readonly config: Config;
  readonly wiring: Wiring;
  readonly database: Database;
  readonly keys: KeyList;
  readonly renders: RenderList;
  readonly jobs: JobEngine;
  readonly artifacts: ArtifactStore;
  readonly uploads: UploadList;
  readonly links: ResultLinks;
  readonly webhooks: WebhookDesk;
  readonly personLinks: PersonLinks;
  readonly reports: ProblemReports;
  /** Consents, records, audit log and erasures of one owner. */
  dataOf(ownerId: string): DataFolder;
  /** Where URLs of jobs and webhooks may lead. */
  readonly policy: AddressPolicy;
  readonly log: ServiceLog;
  /** Answers the RunPod routes; absent: there are none. Its own keys open nothing here. */
  readonly endpoint?: Endpoint;
  /** Whether nothing new is taken any more, because the process is about to end. */
  readonly isStopping?: () => boolean;
  /** Address under which others reach this service, without a slash at its end. */
  publicUrl(): string;
  now(): Date;
}
