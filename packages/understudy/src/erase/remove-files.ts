import { unlink } from "node:fs/promises";
import type { DataFolder } from "#records/data-folder.js";
import type { RenderRecord } from "#records/render-records.js";
import { removeWorkFolder } from "#records/work-folder-of.js";
import type { ErasedFile, RemainingFile } from "./erase-report.js";
import { removePublished, type PublishedIn } from "./find-published.js";
import { findRows, isRow } from "./find-rows.js";
import type { SubjectFiles } from "./find-subject.js";

/** What could be removed, and what could not. */
export interface Removal {
  readonly removed: readonly ErasedFile[];
  readonly remaining: readonly RemainingFile[];
}

/** What besides files of this machine can be removed. */
interface Removable {
  readonly renders: readonly RenderRecord[];
  readonly bucket: PublishedIn | undefined;
}

/** Removes files, the work folders of these renders, and objects of the bucket. */
export async function removeFiles(files: readonly ErasedFile[], { renders, bucket }: Removable): Promise<Removal> {
  const removed: ErasedFile[] = [];
  const remaining: RemainingFile[] = [];
  const removeOne = ({ kind, path }: ErasedFile): Promise<string | undefined> => {
    if (kind === "published") return removePublished(path, bucket);
    return kind === "work-folder" ? removeFolder(path, renders) : removeFile(path);
  };
  for (const file of files) {
    const why = await removeOne(file);
    if (why === undefined) removed.push(file);
    else remaining.push({ path: file.path, why });
  }
  return { removed, remaining };
}

/** Removes a person's records: through the stores first, then the files that the stores could not read. */
export async function removeRecords(
  { consents, renders }: SubjectFiles,
  records: readonly ErasedFile[],
  data: DataFolder,
): Promise<Removal> {
  // What a store cannot remove is still there below.
  for (const { renderId } of renders) await data.renders.erase(renderId).catch(() => undefined);
  for (const { consent } of consents) await data.consents.erase(consent.id).catch(() => undefined);
  const files = records.filter((record) => !isRow(record));
  const { removed, remaining } = await removeFiles(files, { renders: [], bucket: undefined });
  const kept = new Set((await findRows({ consents, renders }, data, [])).map(({ path }) => path));
  const rows = records.filter(isRow);
  return {
    removed: [...removed, ...rows.filter(({ path }) => !kept.has(path))],
    remaining: [
      ...remaining,
      ...rows.filter(({ path }) => kept.has(path)).map(({ path }) => ({ path, why: "cannot be removed" })),
    ],
  };
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
