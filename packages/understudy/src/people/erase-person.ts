import { sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { takeBack } from "#consent/index.js";
import { eraseSubject, type EraseReport } from "#erase/index.js";
import { peopleFilesOf } from "#renders/render-order.js";
import type { ServiceRender } from "#renders/service-render.js";
import { sqlOf } from "#postgres/database.js";
import { findPerson, type Person } from "./find-person.js";
import type { PeopleDesk } from "./people-desk.js";
import { countOwn, removeLast, removeOwn, type OwnCounts } from "./remove-own.js";
import { rowsShowing } from "./rows-showing.js";
import { awaitEnd, stopRenders, type Patience } from "./stop-renders.js";

/** Whom to erase. */
export interface PersonErasure {
  readonly ownerId: string;
  readonly subjectId: string;
  /** Only says what would be done. */
  readonly isDryRun: boolean;
  /** How long renders that run are given to stop; default 15 s. */
  readonly patience?: Patience;
}

/** What erasing a person did, found and could not do. */
export interface PersonErased extends Pick<EraseReport, "subjectId" | "at" | "outcome" | "remaining" | "namesakes"> {
  /** How many things went, or would go, by class. */
  readonly counts: EraseReport["counts"] & OwnCounts;
  /** Renders that waited or ran. */
  readonly stoppedRenders: readonly string[];
  /** What the operator is left to remove: photos and voices in the library, and rows in Airtable whose table is not connected any more. */
  readonly kept: readonly string[];
}

/**
 * Removes everything that the service keeps of a person and made of them, then looks again. In this order, so that a crash or
 * an obstacle anywhere leaves what the next call needs to know: consents are taken back and renders stopped; then goes what only
 * the service knows of (rows, files, uploads), which the records lead to; then what was delivered, evidence and the records
 * themselves (`eraseSubject`); last the addresses of the person's page. Safe to repeat.
 * @throws UnderstudyError `unknown-subject`.
 */
export async function erasePerson(erasure: PersonErasure, desk: PeopleDesk): Promise<PersonErased> {
  const { ownerId, subjectId, isDryRun } = erasure;
  const data = desk.dataOf(ownerId);
  const records = { wanted: subjectId, data, now: desk.now(), bucket: desk.artifacts };
  const preview = await eraseSubject({ ...records, isDryRun: true });
  const person = await findPerson(ownerId, subjectId, desk);
  const kept = [...libraryFiles(person), ...(await rowsLeft(person, desk))];
  if (isDryRun) return { ...inOurWords(preview, data.folder, await countOwn(person, desk)), kept };

  const stopped = await stop(person, erasure, desk);
  const incomplete = (remaining: EraseReport["remaining"], own: Partial<OwnCounts> = {}): PersonErased => {
    const report = { ...preview, outcome: "incomplete", counts: noRecords, remaining } as const;
    return { ...inOurWords(report, data.folder, { ...nothing, ...own }), stoppedRenders: stopped.ids, kept };
  };
  if (stopped.running.length > 0) {
    return incomplete(stopped.running.map(({ id }) => ({ path: id, why: "still runs; ask again in a minute" })));
  }

  const own = await removeOwn(await findPerson(ownerId, subjectId, desk), desk);
  const left = await findPerson(ownerId, subjectId, desk);
  const again = [...left.renders.map(({ id }) => id), ...left.workKeys, ...left.uploadIds, ...left.evidence];
  if (again.length > 0) {
    return incomplete(
      again.map((path) => ({ path, why: "found again" })),
      own,
    );
  }

  const report = await eraseSubject({ ...records, isDryRun: false });
  const erased = inOurWords(report, data.folder, { ...nothing, ...own });
  const last = report.outcome === "incomplete" ? {} : await removeLast(ownerId, erased, desk);
  return { ...erased, counts: { ...erased.counts, ...last }, stoppedRenders: stopped.ids, kept };
}

/** From here on nothing begins or is delivered; what runs is given time to stop. */
async function stop(
  { consents, renders }: Person,
  { ownerId, subjectId, patience = { milliseconds: 15_000, pause: sleep } }: PersonErasure,
  desk: PeopleDesk,
): Promise<{ readonly ids: readonly string[]; readonly running: readonly ServiceRender[] }> {
  const consentIds = consents.flatMap(({ consent, revocation }) => (revocation === undefined ? [consent.id] : []));
  await takeBack({ consentIds, revokedBy: "erase", deletesOutputs: false }, desk.dataOf(ownerId), desk.now());
  // Looked for again: one may have been asked for, or decided, before the consent was taken back.
  const later = (await findPerson(ownerId, subjectId, desk)).renders;
  const all = [...new Map([...renders, ...later].map((render) => [render.id, render])).values()];
  const stopped = await stopRenders(all, desk);
  return { ids: stopped.map(({ id }) => id), running: await awaitEnd(stopped, desk, patience) };
}

const noRecords: EraseReport["counts"] = { outputs: 0, workFolders: 0, evidence: 0, copies: 0, records: 0 };
const nothing: OwnCounts = {
  renders: 0,
  workFiles: 0,
  uploads: 0,
  evidence: 0,
  personLinks: 0,
  reports: 0,
  airtableRows: 0,
};

/** Without the paths of this machine, which are no business of whoever asks over the network. */
function inOurWords(
  { subjectId, at, outcome, counts, remaining, stoppedRenders, namesakes }: EraseReport,
  folder: string,
  own: OwnCounts,
): Omit<PersonErased, "kept"> {
  const shown = (path: string) => (path.startsWith(folder + sep) ? path.slice(folder.length + 1) : path);
  return {
    subjectId,
    at,
    outcome,
    counts: { ...counts, ...own, evidence: counts.evidence + own.evidence },
    remaining: remaining.map(({ path, why }) => ({ path: shown(path), why })),
    stoppedRenders,
    namesakes,
  };
}

/** Nobody tells them that their video is gone. */
async function rowsLeft({ renders }: Person, { database }: PeopleDesk): Promise<string[]> {
  const rows = await rowsShowing(sqlOf(database.pool), renders);
  return rows.filter(({ isConnected }) => !isConnected).map(({ path }) => path);
}

function libraryFiles({ renders }: Person): string[] {
  const files = renders.flatMap(({ order }) => peopleFilesOf(order));
  return [...new Set(files.flatMap((file) => (file.kind === "library" ? [file.path] : [])))];
}
