import { join } from "node:path";
import { createFileConsentStore, type ConsentStore } from "@understudy/render";
import type { AuditLog } from "#audit/audit-log.js";
import { createFileAuditLog } from "#audit/file-audit-log.js";
import { createFileErasureNotes, type ErasureNotes } from "#erase/tombstone.js";
import type { EvidenceShelf } from "./evidence-shelf.js";
import { createFileRenderRecords } from "./file-render-records.js";
import type { RenderRecords } from "./render-records.js";

/** Everything that outlives a render, and where it lies. */
export interface DataFolder {
  /** Absolute path of the folder itself. */
  readonly folder: string;
  readonly consents: ConsentStore;
  readonly renders: RenderRecords;
  readonly audit: AuditLog;
  /** One note for each erased person, without anything personal in it. */
  readonly erasures: ErasureNotes;
  readonly consentsFolder: string;
  readonly rendersFolder: string;
  /** Recordings and signed documents that consent records name, each `<sha256>.<ext>`. */
  readonly evidenceFolder: string;
  /** Where these lie instead when several machines share them; then the folder only takes what is not whole yet. */
  readonly evidenceShelf?: EvidenceShelf;
  /** Passcodes that wait for their recording. */
  readonly challengesFolder: string;
  /** The signing keys. */
  readonly keysFolder: string;
  /** The notes of erasures, where they are files. */
  readonly erasedFolder: string;
}

/** The private PostgreSQL of a data folder; only the database itself may touch what is in it. */
export function databaseFolder(dataFolder: string): string {
  return join(dataFolder, "postgres");
}

/** Names the parts of a data folder; nothing is made or read before it is needed. */
export function openDataFolder(dataFolder: string): DataFolder {
  const [consentsFolder, rendersFolder] = [join(dataFolder, "consents"), join(dataFolder, "renders")];
  const erasedFolder = join(dataFolder, "erased");
  return {
    folder: dataFolder,
    consents: createFileConsentStore(consentsFolder),
    renders: createFileRenderRecords(rendersFolder),
    audit: createFileAuditLog(join(dataFolder, "audit.jsonl")),
    erasures: createFileErasureNotes(erasedFolder),
    consentsFolder,
    rendersFolder,
    evidenceFolder: join(dataFolder, "evidence"),
    challengesFolder: join(dataFolder, "challenges"),
    keysFolder: join(dataFolder, "keys"),
    erasedFolder,
  };
}
