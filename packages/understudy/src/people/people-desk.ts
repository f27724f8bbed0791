import type { Config } from "#config/index.js";
import type { JobEngine } from "#jobs/job-engine.js";
import type { ResultLinks } from "#links/result-links.js";
import type { Database } from "#postgres/database.js";
import type { DataFolder } from "#records/data-folder.js";
import type { RenderList } from "#renders/render-list.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import type { UploadList } from "#uploads/upload-list.js";
import type { WebhookDesk } from "#webhooks/webhook-desk.js";

/** What stopping, listing and erasing work with; the service is one. */
export interface PeopleDesk {
  readonly config: Pick<Config, "consent" | "limits">;
  readonly database: Pick<Database, "pool">;
  readonly renders: Pick<RenderList, "get" | "cancel">;
  readonly jobs: Pick<JobEngine, "cancel">;
  readonly artifacts: ArtifactStore;
  readonly uploads: Pick<UploadList, "remove">;
  readonly links: Pick<ResultLinks, "revoke">;
  readonly webhooks: Pick<WebhookDesk, "add" | "forget">;
  dataOf(ownerId: string): DataFolder;
  now(): Date;
}
