import { lstat, unlink } from "node:fs/promises";
import { sep } from "node:path";
import type { ConsentEntry } from "@understudy/render";
import { takeBack } from "#consent/take-back.js";
import type { DataFolder } from "#records/data-folder.js";
import { writePrivateFile } from "#records/private-file.js";
import { isAlive } from "#records/process-identity.js";
import { outputState } from "#records/remove-output.js";
import type { RenderRecord } from "#records/render-records.js";
import { removeWorkFolder, workFolderOf } from "#records/work-folder-of.js";
import { countErased, type ErasedFile, type EraseReport, type KeptFile, type RemainingFile } from "./erase-report.js";
import { findSubject, tombstonePath, wasErased, type SubjectFiles } from "./find-subject.js";
import { findTraces, type TraceMarks } from "./find-traces.js";

/** What is to be erased, and where. */
export interface Erasure {
  /** A subject's id, the id of one of their consents, or the exact name on one record. */
  readonly wanted: string;
  readonly data: DataFolder;
  readonly now: Date;
  /** Only says what would be done. */
  readonly isDryRun: boolean;
}

/**
 * Removes everything that this installation keeps of a person and made of them, then looks again. Consents are taken back
 * first, so that nothing is delivered meanwhile; records go last, so that an erasure that met an obstacle can be run again
 * with all that it needs to know. What stays is a note with an id, a time and counts.
 * @throws UnderstudyError `unknown-subject`, `bad-usage` when several people have that name.
 */
export async function eraseSubject({ wanted, data, now, isDryRun }: Erasure): Promise<EraseReport> {
  const subject = await findSubject(wanted, data);
  const { subjectId, consents, renders } = subject;
  const report = { subjectId, at: now.toISOString(), stoppedRenders: runningIds(renders) };
  const isGone = consents.length === 0 && renders.length === 0 && (await wasErased(data, subjectId));
  if (isGone) {
    return { ...report, outcome: "already-erased", counts: countErased([]), removed: [], kept: [], remaining: [] };
  }

  if (!isDryRun) await takeAllBack(consents, data, now);
  const marks = marksOf(subject);
  const found = await findFiles(subject, data, marks);
  const { kept } = found;
  if (isDryRun) {
    const counts = countErased(found.removed);
    return { ...report, outcome: "dry-run", counts, removed: found.removed, kept, remaining: found.unreadable };
  }

  const files = await removeEach(
    found.removed.filter(({ kind }) => kind !== "record"),
    renders,
  );
  const hindrances = [...files.remaining, ...found.unreadable];
  const isHindered = hindrances.length > 0;
  const records = isHindered ? nothing : await removeRecords(subject, found.removed, data);
  const removed = [...files.removed, ...records.removed];
  const counts = countErased(removed);
  const remaining = isHindered ? hindrances : [...records.remaining, ...(await lookAgain(subject, data, marks))];
  if (remaining.length > 0) return { ...report, outcome: "incomplete", counts, removed, kept, remaining };

  await writePrivateFile(
    tombstonePath(data, subjectId),
    `${JSON.stringify({ subjectId, erasedAt: report.at, counts })}\n`,
  );
  await data.audit.append({ kind: "erased", subjectId, counts }, now);
  return { ...report, outcome: "erased", counts, removed, kept, remaining };
}

interface Removal {
  readonly removed: readonly ErasedFile[];
  readonly remaining: readonly RemainingFile[];
}

const nothing: Removal = { removed: [], remaining: [] };

function runningIds(renders: readonly RenderRecord[]): string[] {
  return renders
    .filter(({ state, process }) => state === "started" && isAlive(process))
    .map(({ renderId }) => renderId);
}

async function takeAllBack(consents: readonly ConsentEntry[], data: DataFolder, now: Date): Promise<void> {
  for (const { consent, revocation } of consents) {
    if (revocation === undefined) await takeBack({ consentId: consent.id, revokedBy: "erase" }, data, now);
  }
}

/** What another person's records name too (one source video, a photo of two records) is not this person's alone. */
function marksOf({ subjectId, consents, renders, others }: SubjectFiles): TraceMarks {
  const shared = new Set([...photosOf(others), ...evidenceOf(others), ...sourcesOf(others)]);
  const own = (hashes: readonly string[]) => hashes.filter((sha256) => !shared.has(sha256));
  const photos = own(photosOf({ consents, renders }));
  const outputs = renders.flatMap((record) => record.outputs.map(({ sha256 }) => sha256));
  const consentIds = [...consents.map(({ consent }) => consent.id), ...renders.map(({ consentId }) => consentId)];
  return {
    sha256: new Set([...photos, ...own(evidenceOf({ consents })), ...own(sourcesOf({ renders })), ...outputs]),
    // A passcode that waits knows the person by the photo only.
    ids: [...new Set([subjectId, ...consentIds, ...photos])],
  };
}

function photosOf({ consents, renders }: Pick<SubjectFiles, "consents" | "renders">): string[] {
  return [
    ...consents.flatMap(({ consent }) => consent.photoSha256),
    ...renders.flatMap(({ faces }) => faces.map(({ sha256 }) => sha256)),
  ];
}

function evidenceOf({ consents }: Pick<SubjectFiles, "consents">): string[] {
  return consents.flatMap(({ consent }) => consent.evidence.map(({ sha256 }) => sha256));
}

function sourcesOf({ renders }: Pick<SubjectFiles, "renders">): string[] {
  return renders.flatMap(({ source }) => source.sha256 ?? []);
}

interface FoundFiles {
  readonly removed: readonly ErasedFile[];
  readonly kept: readonly KeptFile[];
  readonly unreadable: readonly RemainingFile[];
}

/** Looks for everything that has to go, and for what looks like it and has to stay. */
async function findFiles({ renders }: SubjectFiles, data: DataFolder, marks: TraceMarks): Promise<FoundFiles> {
  const removed: ErasedFile[] = [];
  const kept: KeptFile[] = [];
  for (const output of renders.flatMap(({ outputs }) => outputs)) {
    const state = await outputState(output);
    if (state === "there") removed.push({ kind: "output", path: output.path, sha256: output.sha256 });
    if (state === "changed") kept.push({ path: output.path, why: "changed-since" });
  }
  for (const record of renders) {
    const path = await workFolderOf(record);
    if (path !== undefined) removed.push({ kind: "work-folder", path });
  }
  const known = new Set(removed.map(({ path }) => path));
  const { traces, unreadable } = await findTraces(data.folder, marks);
  for (const { path, kind, sha256 } of traces) {
    if (known.has(path)) continue;
    const isEvidence = kind === "copy" && path.startsWith(data.evidenceFolder + sep);
    removed.push({ kind: isEvidence ? "evidence" : kind, path, sha256 });
  }
  const inputs = new Set(renders.flatMap(({ faces, source }) => [...faces.map(({ path }) => path), source.path]));
  for (const path of inputs) {
    if (!path.startsWith(data.folder + sep) && (await exists(path))) kept.push({ path, why: "yours" });
  }
  return { removed, kept, unreadable: unreadable.map(unreadableFile) };
}

async function removeEach(files: readonly ErasedFile[], renders: readonly RenderRecord[]): Promise<Removal> {
  const removed: ErasedFile[] = [];
  const remaining: RemainingFile[] = [];
  for (const file of files) {
    const why = file.kind === "work-folder" ? await removeFolder(file.path, renders) : await removeFile(file.path);
    if (why === undefined) removed.push(file);
    else remaining.push({ path: file.path, why });
  }
  return { removed, remaining };
}

async function removeFolder(path: string, renders: readonly RenderRecord[]): Promise<string | undefined> {
  const record = renders.find(({ workFolder }) => workFolder === path);
  if (record !== undefined) await removeWorkFolder(record);
  return (await exists(path)) ? "cannot be removed" : undefined;
}

async function removeFile(path: string): Promise<string | undefined> {
  return unlink(path).then(
    () => undefined,
    (thrown: NodeJS.ErrnoException) => (thrown.code === "ENOENT" ? undefined : (thrown.code ?? "unknown")),
  );
}

/** First through the stores, then what they could not read. */
async function removeRecords(subject: SubjectFiles, found: readonly ErasedFile[], data: DataFolder): Promise<Removal> {
  for (const { renderId } of subject.renders) await data.renders.erase(renderId).catch(() => undefined);
  for (const { consent } of subject.consents) await data.consents.erase(consent.id).catch(() => undefined);
  return removeEach(
    found.filter(({ kind }) => kind === "record"),
    [],
  );
}

/** The proof: no file with those bytes, no file that names the person, no output at its place. */
async function lookAgain({ renders }: SubjectFiles, data: DataFolder, marks: TraceMarks): Promise<RemainingFile[]> {
  const { traces, unreadable } = await findTraces(data.folder, marks);
  const remaining = [
    ...traces.map(({ path, kind }) => ({ path, why: kind === "copy" ? "same bytes" : "names the person" })),
    ...unreadable.map(unreadableFile),
  ];
  for (const output of renders.flatMap(({ outputs }) => outputs)) {
    if ((await outputState(output)) === "there") remaining.push({ path: output.path, why: "appeared again" });
  }
  return remaining;
}

function unreadableFile(path: string): RemainingFile {
  return { path, why: "cannot be read" };
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
