import type { ConsentEntry } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";
import { writePrivateFile } from "#records/private-file.js";
import { isAlive } from "#records/process-identity.js";
import type { RenderRecord } from "#records/render-records.js";
import { countErased, type ErasedFile, type EraseReport, type RemainingFile } from "./erase-report.js";
import { findFiles } from "./find-files.js";
import { findSubject, tombstonePath, wasErased, type SubjectFiles } from "./find-subject.js";
import type { TraceMarks } from "./find-traces.js";
import { marksOf } from "./marks-of.js";
import { removeFiles, removeRecords, type Removal } from "./remove-files.js";

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
  const { subjectId, renders } = subject;
  if (!isDryRun) await takeAllBack(subject.consents, data, now);
  const marks = marksOf(subject);
  const { ours, kept, unreadable } = await findFiles(renders, data, marks);
  const report = (outcome: EraseReport["outcome"], removed: readonly ErasedFile[], remaining = unreadable) => ({
    subjectId,
    at: now.toISOString(),
    outcome,
    counts: countErased(removed),
    removed,
    kept,
    remaining,
    stoppedRenders: runningIds(renders),
  });
  const isNothing = ours.length === 0 && unreadable.length === 0;
  if (isNothing && (await wasErased(data, subjectId))) return report("already-erased", []);
  if (isDryRun) return report("dry-run", ours);

  const isRecord = ({ kind }: ErasedFile) => kind === "record";
  const files = await removeFiles(
    ours.filter((file) => !isRecord(file)),
    renders,
  );
  const obstacles = [...files.remaining, ...unreadable];
  if (obstacles.length > 0) return report("incomplete", files.removed, obstacles);

  const records = await removeRecords(subject, ours.filter(isRecord), data);
  const removed = [...files.removed, ...records.removed];
  const remaining = await lookAgain(records, subject, data, marks);
  if (remaining.length > 0) return report("incomplete", removed, remaining);

  const done = report("erased", removed);
  const note = { subjectId, erasedAt: done.at, counts: done.counts };
  await writePrivateFile(tombstonePath(data, subjectId), `${JSON.stringify(note)}\n`);
  await data.audit.append({ kind: "erased", subjectId, counts: done.counts }, now);
  return done;
}

async function takeAllBack(consents: readonly ConsentEntry[], data: DataFolder, now: Date): Promise<void> {
  for (const { consent, revocation } of consents) {
    if (revocation !== undefined) continue;
    await data.consents.revoke({ consentId: consent.id, revokedAt: now.toISOString(), revokedBy: "erase" });
    await data.audit.append({ kind: "consent-revoked", consentId: consent.id }, now);
  }
}

function runningIds(renders: readonly RenderRecord[]): string[] {
  return renders
    .filter(({ state, process }) => state === "started" && isAlive(process))
    .map(({ renderId }) => renderId);
}

/** The proof: nothing that has to go is found a second time. */
async function lookAgain(
  { remaining }: Removal,
  { renders }: SubjectFiles,
  data: DataFolder,
  marks: TraceMarks,
): Promise<RemainingFile[]> {
  const { ours, unreadable } = await findFiles(renders, data, marks);
  const known = new Set(remaining.map(({ path }) => path));
  const found = ours.filter(({ path }) => !known.has(path)).map(({ path }) => ({ path, why: "found again" }));
  return [...remaining, ...found, ...unreadable];
}
