import { UnderstudyError } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";
import { mayBeAlive } from "#records/process-identity.js";
import type { RenderRecord } from "#records/render-records.js";
import { countErased, type ErasedFile, type EraseReport, type RemainingFile } from "./erase-report.js";
import { findFiles, type FoundFiles } from "./find-files.js";
import type { PublishedIn } from "./find-published.js";
import { findSubject, namesakesOf, type SubjectFiles } from "./find-subject.js";
import type { TraceMarks } from "./find-traces.js";
import { marksOf } from "./marks-of.js";
import { removeFiles, removeRecords, type Removal } from "./remove-files.js";

/** What is to be erased, and where. */
export interface Erasure {
  /** A subject's id, the id of one of their consents or passcodes, or the exact name on one record. */
  readonly wanted: string;
  readonly data: DataFolder;
  readonly now: Date;
  /** Where finished videos of jobs were uploaded to; undefined: this installation has no bucket, or does not name it. */
  readonly bucket?: PublishedIn | undefined;
  /** Only says what would be done. */
  readonly isDryRun: boolean;
}

/**
 * Removes everything that this installation keeps of a person and made of them, then looks again. Consents are taken back
 * first, so that nothing is delivered meanwhile, and a note says that it has begun; records go last, so that an erasure that
 * met an obstacle or was killed can be run again with all that it needs to know. What stays is that note, with an id, a time
 * and counts.
 * @throws UnderstudyError `unknown-subject`, `bad-usage` when several people have that name.
 */
export async function eraseSubject({ wanted, data, now, isDryRun, bucket }: Erasure): Promise<EraseReport> {
  const subject = await findSubject(wanted, data);
  const { subjectId } = subject;
  const marks = marksOf(subject);
  const report = (
    outcome: EraseReport["outcome"],
    { kept, missing }: FoundFiles,
    removed: readonly ErasedFile[],
    remaining: readonly RemainingFile[] = [],
  ): EraseReport => ({
    subjectId,
    at: now.toISOString(),
    outcome,
    counts: countErased(removed),
    removed,
    kept,
    missing,
    remaining,
    stoppedRenders: runningIds(subject.renders),
    namesakes: namesakesOf(subject),
  });

  const wasErased = (await data.erasures.state(subjectId)) === "erased";
  if (isDryRun || wasErased) {
    const found = await findFiles(subject, data, marks, bucket);
    const isNothing = found.ours.length === 0 && found.unreadable.length === 0;
    if (isNothing && wasErased) return report("already-erased", found, []);
    if (isDryRun) return report("dry-run", found, found.ours, found.unreadable);
  }

  const freed = await begin(subject, marks, data, now);
  const found = await findFiles(subject, data, marks, bucket);
  const isRecord = ({ kind }: ErasedFile) => kind === "record";
  const files = await removeFiles(
    found.ours.filter((file) => !isRecord(file)),
    { renders: subject.renders, bucket },
  );
  const gone = [...freed, ...files.removed];
  const obstacles = [...files.remaining, ...found.unreadable];
  if (obstacles.length > 0) return report("incomplete", found, gone, obstacles);

  const records = await removeRecords(subject, found.ours.filter(isRecord), data);
  const removed = [...gone, ...records.removed];
  const remaining = await lookAgain(records, subject, data, { marks, bucket });
  if (remaining.length > 0) return report("incomplete", found, removed, remaining);

  const done = report("erased", found, removed);
  const { at: erasedAt, counts } = done;
  await data.audit.append({ kind: "erased", subjectId, counts }, now);
  await data.erasures.write({ subjectId, state: "erased", erasedAt, counts });
  return done;
}

/**
 * Takes the consents back and notes that the erasure has begun. On a full disk neither can be written, so what the person's
 * renders made goes first.
 * @returns what was removed to make room.
 */
async function begin(
  subject: SubjectFiles,
  marks: TraceMarks,
  data: DataFolder,
  now: Date,
): Promise<readonly ErasedFile[]> {
  try {
    await noteBegin(subject, data, now);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof UnderstudyError && thrown.code === "disk-full")) throw thrown;
    const { ours } = await findFiles(subject, data, marks, undefined);
    const made = ours.filter(({ kind }) => kind === "output" || kind === "work-folder");
    const { removed } = await removeFiles(made, { renders: subject.renders, bucket: undefined });
    await noteBegin(subject, data, now);
    return removed;
  }
}

async function noteBegin({ subjectId, consents }: SubjectFiles, data: DataFolder, now: Date): Promise<void> {
  const at = now.toISOString();
  for (const { consent, revocation } of consents) {
    if (revocation !== undefined) continue;
    await data.audit.append({ kind: "consent-revoked", consentId: consent.id }, now);
    await data.consents.revoke({ consentId: consent.id, revokedAt: at, revokedBy: "erase" });
  }
  await data.erasures.write({ subjectId, state: "begun", begunAt: at });
}

function runningIds(renders: readonly RenderRecord[]): string[] {
  return renders
    .filter(({ state, process }) => state === "started" && mayBeAlive(process))
    .map(({ renderId }) => renderId);
}

/** The proof: nothing that has to go is found a second time. */
async function lookAgain(
  { remaining }: Removal,
  subject: SubjectFiles,
  data: DataFolder,
  { marks, bucket }: { readonly marks: TraceMarks; readonly bucket: PublishedIn | undefined },
): Promise<RemainingFile[]> {
  const { ours, unreadable } = await findFiles(subject, data, marks, bucket);
  const known = new Set(remaining.map(({ path }) => path));
  const found = ours.filter(({ path }) => !known.has(path)).map(({ path }) => ({ path, why: "found again" }));
  return [...remaining, ...found, ...unreadable];
}
