import { unlink } from "node:fs/promises";
import type { DataFolder } from "#records/data-folder.js";
import type { RenderRecord } from "#records/render-records.js";
import { removeWorkFolder } from "#records/work-folder-of.js";
import type { ErasedFile, RemainingFile } from "./erase-report.js";
import type { SubjectFiles } from "./find-subject.js";

/** What could be removed, and what could not. */
export interface Removal {
  readonly removed: readonly ErasedFile[];
  readonly remaining: readonly RemainingFile[];
}

/** Removes files, and the work folders of these renders. */
export async function removeFiles(files: readonly ErasedFile[], renders: readonly RenderRecord[]): Promise<Removal> {
  const removed: ErasedFile[] = [];
  const remaining: RemainingFile[] = [];
  for (const file of files) {
    const why = file.kind === "work-folder" ? await removeFolder(file.path, renders) : await removeFile(file.path);
    if (why === undefined) removed.push(file);
    else remaining.push({ path: file.path, why });
  }
  return { removed, remaining };
}

/** Removes a person's records: through the stores first, then the files that the stores could not read. */
export async function removeRecords(
  { consents, renders }: SubjectFiles,
  files: readonly ErasedFile[],
  data: DataFolder,
): Promise<Removal> {
  // What a store cannot remove is a file that is still there below.
  for (const { renderId } of renders) await data.renders.erase(renderId).catch(() => undefined);
  for (const { consent } of consents) await data.consents.erase(consent.id).catch(() => undefined);
  return removeFiles(files, []);
}

async function removeFolder(path: string, renders: readonly RenderRecord[]): Promise<string | undefined> {
  const record = renders.find(({ workFolder }) => workFolder === path);
  const isGone = record !== undefined && (await removeWorkFolder(record));
  return isGone ? undefined : "cannot be removed";
}

/** @returns the system's reason when the file stays. */
async function removeFile(path: string): Promise<string | undefined> {
  return unlink(path).then(
    () => undefined,
    (thrown: NodeJS.ErrnoException) => (thrown.code === "ENOENT" ? undefined : (thrown.code ?? "unknown")),
  );
}
