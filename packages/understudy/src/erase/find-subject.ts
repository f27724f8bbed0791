import { UnderstudyError, type ConsentEntry } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";
import { shownAs, type RenderRecord } from "#records/render-records.js";
import { findPasscodes, subjectIdFor, type WaitingPasscode } from "./find-passcodes.js";
import { findTraces } from "./find-traces.js";

/** What the data folder's records say of somebody. */
interface Records {
  readonly consents: readonly ConsentEntry[];
  readonly renders: readonly RenderRecord[];
  readonly passcodes: readonly WaitingPasscode[];
}

/** Everything that the data folder's records say of one person, and what they say of everybody else. */
export interface SubjectFiles extends Records {
  readonly subjectId: string;
  readonly others: Records;
}

/**
 * Finds a person by subject id, by the id of one of their consents or passcodes, or by the exact name on a record.
 * @throws UnderstudyError `unknown-subject`; `bad-usage` when several people have that name.
 */
export async function findSubject(wanted: string, data: DataFolder): Promise<SubjectFiles> {
  const all: Records = {
    consents: await data.consents.list(),
    renders: await data.renders.list(),
    passcodes: await findPasscodes(data.challengesFolder),
  };
  const subjectId = await subjectIdOf(wanted, data, all);
  const isTheirs = (entry: ConsentEntry) => entry.consent.subject.id === subjectId;
  const isOfThem = (record: RenderRecord) => shownAs(record, subjectId).length > 0;
  const isForThem = (passcode: WaitingPasscode) =>
    passcode.subjectId === undefined ? isMeant(passcode, wanted, subjectId) : passcode.subjectId === subjectId;
  return {
    subjectId,
    consents: all.consents.filter(isTheirs),
    renders: all.renders.filter(isOfThem),
    passcodes: all.passcodes.filter(isForThem),
    others: {
      consents: all.consents.filter((entry) => !isTheirs(entry)),
      renders: all.renders.filter((record) => !isOfThem(record)),
      passcodes: all.passcodes.filter((passcode) => !isForThem(passcode)),
    },
  };
}

/** Other subjects with the same name. */
export function namesakesOf({ consents, passcodes, others }: SubjectFiles): string[] {
  const names = new Set([...consents.map(({ consent }) => consent.subject.name), ...passcodes.map(({ name }) => name)]);
  const same = others.consents.filter(({ consent }) => names.has(consent.subject.name));
  return [...new Set(same.map(({ consent }) => consent.subject.id))];
}

async function subjectIdOf(
  wanted: string,
  data: DataFolder,
  { consents, renders, passcodes }: Records,
): Promise<string> {
  const meant = passcodes.filter((passcode) => isMeant(passcode, wanted, passcode.subjectId));
  const ids = new Set([
    ...consents
      .filter(({ consent: { id, subject } }) => [id, subject.id, subject.name].includes(wanted))
      .map(({ consent }) => consent.subject.id),
    ...renders
      .flatMap(({ people }) => people)
      .filter(({ consentId, subjectId }) => [consentId, subjectId].includes(wanted))
      .map(({ subjectId }) => subjectId),
    ...meant.flatMap(({ subjectId }) => subjectId ?? []),
  ]);
  if (ids.size > 1) {
    throw new UnderstudyError("bad-usage", `${ids.size} people have this name: ${[...ids].join(", ")}.`, {
      hint: "Give the id of the one who is meant; `understudy consent list` shows which is which.",
    });
  }
  const [id] = [...ids, ...meant.map(subjectIdFor)];
  if (id !== undefined) return id;
  if (/^subject_[0-9a-f]{16}$/.test(wanted) && (await isNamed(data, wanted))) return wanted;
  throw new UnderstudyError("unknown-subject", "No record names this person.");
}

function isMeant(passcode: WaitingPasscode, wanted: string, subjectId: string | undefined): boolean {
  return [passcode.id, passcode.name].includes(wanted) || [subjectId, wanted].includes(subjectIdFor(passcode));
}

/** Whether a note of erasure or a damaged record has this id. */
async function isNamed(data: DataFolder, subjectId: string): Promise<boolean> {
  if (await data.erasures.was(subjectId)) return true;
  const { traces } = await findTraces(data.folder, { sha256: new Map(), ids: [subjectId] });
  return traces.length > 0;
}
