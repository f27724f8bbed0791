import { join } from "node:path";
import { UnderstudyError } from "@understudy/render";
import type { Pool } from "pg";
import { createPostgresAuditLog } from "#audit/postgres-audit-log.js";
import { createPostgresConsentStore } from "#consent/postgres-consent-store.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import type { DataFolder } from "./data-folder.js";
import { createEvidenceShelf } from "./evidence-shelf.js";
import { createPostgresErasureNotes } from "./postgres-erasure-notes.js";
import { createPostgresRenderRecords } from "./postgres-render-records.js";

/** Whose data, and where it lies. */
export interface ServiceDataOptions {
  readonly pool: Pool;
  /** The data folder of the installation. */
  readonly folder: string;
  /** `owner_` and 16 hex digits. */
  readonly ownerId: string;
  /** Takes the evidence, so that every machine of the service counts it; default a folder of this machine. */
  readonly artifacts?: ArtifactStore;
}

/**
 * What one owner keeps: records in PostgreSQL, evidence in the artifact store, passcodes as files in `<folder>/owners/<ownerId>`,
 * which holds nothing of anybody else. Log and signing keys are those of the installation. The folders of records are never made.
 */
export function openServiceData({ pool, folder, ownerId, artifacts }: ServiceDataOptions): DataFolder {
  if (!/^owner_[0-9a-f]{16}$/.test(ownerId)) throw new UnderstudyError("internal-error", "An owner's id is malformed.");
  const own = join(folder, "owners", ownerId);
  return {
    folder: own,
    consents: createPostgresConsentStore(pool, ownerId),
    renders: createPostgresRenderRecords(pool, ownerId),
    audit: createPostgresAuditLog(pool),
    erasures: createPostgresErasureNotes(pool, ownerId),
    consentsFolder: join(own, "consents"),
    rendersFolder: join(own, "renders"),
    evidenceFolder: join(own, "evidence"),
    ...(artifacts !== undefined && { evidenceShelf: createEvidenceShelf(artifacts, ownerId) }),
    challengesFolder: join(own, "challenges"),
    keysFolder: join(folder, "keys"),
    erasedFolder: join(own, "erased"),
  };
}
