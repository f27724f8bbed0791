import { lstat } from "node:fs/promises";
import { sep } from "node:path";
import type { DataFolder } from "#records/data-folder.js";
import { outputState } from "#records/remove-output.js";
import type { RenderRecord } from "#records/render-records.js";
import { workFolderOf } from "#records/work-folder-of.js";
import type { ErasedFile, KeptFile, RemainingFile } from "./erase-report.js";
import { findTraces, type TraceMarks } from "./find-traces.js";

/** What a look for a person's files found. */
export interface FoundFiles {
  /** What has to go. */
  readonly ours: readonly ErasedFile[];
  /** What looks like it and has to stay. */
  readonly kept: readonly KeptFile[];
  /** What may not be read, so that nothing can be said of it. */
  readonly unreadable: readonly RemainingFile[];
}

/** Looks where the person's renders wrote, and through the whole data folder. */
export async function findFiles(
  renders: readonly RenderRecord[],
  data: DataFolder,
  marks: TraceMarks,
): Promise<FoundFiles> {
  const ours: ErasedFile[] = [];
  const kept: KeptFile[] = [];
  for (const output of renders.flatMap(({ outputs }) => outputs)) {
    const state = await outputState(output);
    if (state === "there") ours.push({ kind: "output", path: output.path, sha256: output.sha256 });
    if (state === "changed") kept.push({ path: output.path, why: "changed-since" });
  }
  for (const record of renders) {
    const path = await workFolderOf(record);
    if (path !== undefined) ours.push({ kind: "work-folder", path });
  }
  const known = new Set(ours.map(({ path }) => path));
  const { traces, unreadable } = await findTraces(data.folder, marks);
  for (const { path, kind, sha256 } of traces) {
    if (known.has(path)) continue;
    const isEvidence = kind === "copy" && path.startsWith(data.evidenceFolder + sep);
    ours.push({ kind: isEvidence ? "evidence" : kind, path, sha256 });
  }
  const inputs = new Set(renders.flatMap(({ faces, source }) => [...faces.map(({ path }) => path), source.path]));
  for (const path of inputs) {
    const isOutside = !path.startsWith(data.folder + sep);
    if (isOutside && (await lstat(path).catch(() => undefined)) !== undefined) kept.push({ path, why: "yours" });
  }
  return { ours, kept, unreadable: unreadable.map((path) => ({ path, why: "cannot be read" })) };
}
