import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Consent } from "@understudy/render";
import type { Config } from "#config/index.js";
import type { DataFolder } from "#records/data-folder.js";
import { lookAt, namesIn } from "#records/look-at.js";
import { publishedBy, type BucketAtHand } from "#records/published.js";
import type { RenderRecord } from "#records/render-records.js";
import { isAbandoned } from "#records/staging-folder.js";
import { isOver } from "./is-over.js";
import { sweepOutputs } from "./sweep-outputs.js";

/** What a sweep looks at. */
export interface RetentionSweep {
  readonly retention: Pick<Config["retention"], "outputDays" | "evidenceDays">;
  readonly data: DataFolder;
  readonly now: Date;
  /** The bucket of this process, undefined when there is none; opened when something that was uploaded is due. */
  readonly openBucket?: () => Promise<BucketAtHand | undefined>;
  /** Hears in one sentence what is due and out of reach. */
  readonly tell?: (note: string) => void;
}

/** How many things a sweep removed, by class. */
export type RetentionCounts = Readonly<
  Record<"outputs" | "evidence" | "consents" | "renders" | "challenges" | "halfWritten", number>
>;

/**
 * Removes what has been kept long enough: outputs, consent records with their evidence, render records, passcodes.
 * Face crops and embeddings are never written down, so there is nothing of them to remove. One audit line says how many
 * things went, when any did.
 */
export async function applyRetention(sweep: RetentionSweep): Promise<RetentionCounts> {
  const counts = {
    outputs: await sweepOutputs(sweep),
    ...(await sweepConsents(sweep)),
    renders: await sweepRenders(sweep),
    challenges: await sweepChallenges(sweep),
    halfWritten: await sweepHalfWritten(sweep),
  };
  const isNothing = Object.values(counts).every((count) => count === 0);
  if (!isNothing) await sweep.data.audit.append({ kind: "retention-applied", counts }, sweep.now);
  return counts;
}

async function sweepConsents({
  retention,
  data,
  now,
}: RetentionSweep): Promise<{ consents: number; evidence: number }> {
  const entries = await data.consents.list();
  const isDue = ({ consent, revocation }: (typeof entries)[number]) =>
    isOver(consent.expiresAt, retention.evidenceDays, now) ||
    isOver(revocation?.revokedAt, retention.evidenceDays, now);
  const due = entries.filter(isDue);
  const kept = new Set(entries.filter((entry) => !due.includes(entry)).flatMap(evidenceOf));
  const ended = new Set(due.flatMap(evidenceOf));
  const isWhole =
    entries.length === (await namesIn(data.consentsFolder)).filter((name) => recordName.test(name)).length;
  let evidence = 0;
  for (const name of await namesIn(data.evidenceFolder)) {
    const [path, sha256] = [join(data.evidenceFolder, name), name.slice(0, 64)];
    if (!evidenceName.test(name) || kept.has(sha256)) continue;
    // Evidence that no record names was left by a crash, or its record is being written. A damaged record may name it.
    const isOrphan = isWhole && isOver(await writtenAt(path), 1, now);
    if (!ended.has(sha256) && !isOrphan) continue;
    await rm(path, { force: true });
    evidence += 1;
  }
  // That a consent was taken back is remembered longer than the consent.
  for (const { consent } of due) await data.consents.forget(consent.id);
  return { consents: due.length, evidence };
}

const recordName = /^consent_[0-9a-f]{16}\.json$/;
const evidenceName = /^[0-9a-f]{64}\./;

/**
 * A render record leads from a video back to its people, so that it can be found and erased. It is not needed once none of
 * their consents is kept any more and none of its outputs is where it was made.
 */
async function sweepRenders({ retention, data, now }: RetentionSweep): Promise<number> {
  const due = (await data.renders.list()).filter(({ endedAt }) => isOver(endedAt, retention.evidenceDays, now));
  let count = 0;
  for (const record of due) {
    const consents = await Promise.all(
      record.people.map(({ consentId }) => data.consents.get(consentId).catch(() => true)),
    );
    const isKept = consents.some((consent) => consent !== undefined);
    if (isKept || (await hasOutputs(record))) continue;
    await data.renders.erase(record.renderId);
    count += 1;
  }
  return count;
}

/** What lies in a bucket counts as there: its record alone leads to it. */
async function hasOutputs(record: RenderRecord): Promise<boolean> {
  if (publishedBy(record).length > 0) return true;
  const isThere = ({ path }: RenderRecord["outputs"][number]) =>
    lookAt(path).then(
      (found) => found !== undefined,
      () => true,
    );
  return (await Promise.all(record.outputs.map(isThere))).includes(true);
}

/** A passcode that has run out is of no use to anybody. */
async function sweepChallenges({ data, now }: RetentionSweep): Promise<number> {
  let count = 0;
  for (const name of await namesIn(data.challengesFolder)) {
    const path = join(data.challengesFolder, name);
    if (name.endsWith(".partial") || !isOver(await challengeEnd(path), 0, now)) continue;
    await rm(path, { force: true });
    count += 1;
  }
  return count;
}

/** When a passcode runs out; of a file that cannot be read, when it was written. */
async function challengeEnd(path: string): Promise<string | undefined> {
  try {
    const { expiresAt } = JSON.parse(await readFile(path, "utf8")) as { expiresAt?: string };
    if (expiresAt !== undefined && !Number.isNaN(Date.parse(expiresAt))) return expiresAt;
  } catch {
    // The time of the file will do.
  }
  return writtenAt(path);
}

/**
 * What a crash left in the data folder: evidence that was being checked, once its owner is dead; small files half written, and
 * what names no owner, a day later.
 */
async function sweepHalfWritten({ data, now }: RetentionSweep): Promise<number> {
  const { folder, consentsFolder, rendersFolder, evidenceFolder, challengesFolder, keysFolder, erasedFolder } = data;
  const recordFolders = [consentsFolder, rendersFolder, join(rendersFolder, "open")];
  let count = 0;
  for (const each of [folder, ...recordFolders, evidenceFolder, challengesFolder, keysFolder, erasedFolder]) {
    for (const name of await namesIn(each)) {
      const path = join(each, name);
      if (!halfWrittenName.test(name)) continue;
      if (!((await isAbandoned(path)) ?? isOver(await writtenAt(path), 1, now))) continue;
      await rm(path, { recursive: true, force: true });
      count += 1;
    }
  }
  return count;
}

const halfWrittenName = /\.partial$|^\.understudy-[0-9a-f]{12}$/;

async function writtenAt(path: string): Promise<string | undefined> {
  return (await lookAt(path))?.mtime.toISOString();
}

function evidenceOf({ consent }: { readonly consent: Consent }): string[] {
  return consent.evidence.map(({ sha256 }) => sha256);
}
