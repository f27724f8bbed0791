import { join, sep } from "node:path";
import type { DataFolder } from "#records/data-folder.js";
import { findWritten } from "#records/find-delivered.js";
import { lookAt } from "#records/look-at.js";
import { outputState } from "#records/remove-output.js";
import { shownAs, type RenderRecord } from "#records/render-records.js";
import { workFolderOf } from "#records/work-folder-of.js";
import type { ErasedFile, KeptFile, MissingFile, RemainingFile } from "./erase-report.js";
import { findDamaged } from "./find-damaged.js";
import { findPublished, type PublishedIn } from "./find-published.js";
import { findRows } from "./find-rows.js";
import type { SubjectFiles } from "./find-subject.js";
import { findTraces, type Trace, type TraceMarks } from "./find-traces.js";

/** What a look for a person's files found. */
export interface FoundFiles {
  /** What has to go. */
  readonly ours: readonly ErasedFile[];
  /** What looks like it and has to stay. */
  readonly kept: readonly KeptFile[];
  /** Outputs that are not where they were written. */
  readonly missing: readonly MissingFile[];
  /** What may not be read or is damaged, so that nothing can be said of it. */
  readonly unreadable: readonly RemainingFile[];
}

/** Looks where the person's renders wrote, and through the whole data folder. */
export async function findFiles(
  { subjectId, consents, renders }: Pick<SubjectFiles, "subjectId" | "consents" | "renders">,
  data: DataFolder,
  marks: TraceMarks,
  bucket: PublishedIn | undefined,
): Promise<FoundFiles> {
  const made = await findMade(renders);
  const published = await findPublished(renders, bucket);
  const known = new Set(made.ours.map(({ path }) => path));
  const { consentsFolder, rendersFolder, evidenceFolder, challengesFolder, keysFolder, erasedFolder } = data;
  const records = [consentsFolder, rendersFolder, join(rendersFolder, "open")];
  const parts = [...records, evidenceFolder, challengesFolder, keysFolder, erasedFolder];
  const found = await findTraces(data.folder, marks, parts);
  const traces = found.traces.filter(({ path }) => !known.has(path)).map((trace) => fileOf(trace, data));
  const damaged = await findDamaged(data, subjectId);
  const inFiles = [...traces, ...found.unreadable].map(({ path }) => path);
  const rows = await findRows({ consents, renders }, data, [...inFiles, ...damaged]);
  return {
    ours: [...made.ours, ...published.ours, ...traces, ...rows],
    kept: [...made.kept, ...(await findInputs({ subjectId, renders }, data))],
    missing: made.missing,
    unreadable: [
      ...made.unreadable,
      ...published.unreadable,
      ...found.unreadable,
      ...damaged.map((path) => ({ path, why: "a damaged record: look at it, then remove it" })),
    ],
  };
}

/** Outputs and work folders. */
async function findMade(renders: readonly RenderRecord[]): Promise<FoundFiles> {
  const ours: ErasedFile[] = [];
  const kept: KeptFile[] = [];
  const missing: MissingFile[] = [];
  const unreadable: RemainingFile[] = [];
  for (const record of renders) {
    try {
      for (const output of await findWritten(record)) {
        const { path, sha256 } = output;
        const state = await outputState(output);
        if (state === "there") ours.push({ kind: "output", what: outputInWords(path), path, sha256 });
        if (state === "changed") kept.push({ path, why: "changed-since" });
        if (state === "gone" && record.published === undefined) missing.push({ path, sha256 });
        if (state === "unreadable") unreadable.push({ path, why: "cannot be read" });
      }
      const path = await workFolderOf(record);
      if (path !== undefined) ours.push({ kind: "work-folder", what: "work folder", path });
    } catch {
      unreadable.push({ path: record.outputFolder, why: "cannot be read" });
    }
  }
  return { ours, kept, missing, unreadable };
}

/** Photos and source videos of the user's own. */
async function findInputs(
  { subjectId, renders }: Pick<SubjectFiles, "subjectId" | "renders">,
  { folder }: DataFolder,
): Promise<KeptFile[]> {
  const photosIn = (record: RenderRecord) =>
    shownAs(record, subjectId).flatMap(({ faces }) => faces.map(({ path }) => path));
  const inputs = new Set(renders.flatMap((record) => [...photosIn(record), record.source.path]));
  const kept: KeptFile[] = [];
  for (const path of inputs) {
    const isOutside = !path.startsWith(folder + sep);
    const isThere = await lookAt(path).then(
      (found) => found !== undefined,
      () => true,
    );
    if (isOutside && isThere) kept.push({ path, why: "yours" });
  }
  return kept;
}

function fileOf({ path, copyOf, sha256 }: Trace, data: DataFolder): ErasedFile {
  if (copyOf === undefined) return { kind: "record", what: recordInWords(path, data), path, sha256 };
  const isEvidence = path.startsWith(data.evidenceFolder + sep);
  return { kind: isEvidence ? "evidence" : "copy", what: isEvidence ? "evidence" : `copy of ${copyOf}`, path, sha256 };
}

function recordInWords(path: string, { consentsFolder, rendersFolder, challengesFolder }: DataFolder): string {
  if (path.startsWith(consentsFolder + sep)) return path.endsWith(".revoked.json") ? "revocation" : "consent record";
  if (path.startsWith(rendersFolder + sep)) return "render record";
  return path.startsWith(challengesFolder + sep) ? "passcode" : "record";
}

function outputInWords(path: string): string {
  if (path.endsWith(".manifest.json")) return "manifest";
  if (path.endsWith(".report.html")) return "report";
  if (/\.(?:srt|vtt|ass)$/.test(path)) return "captions";
  return path.endsWith(".c2pa") ? "Content Credentials" : "video";
}
