import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { UnderstudyError, type ConsentEntry } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";
import type { RenderRecord } from "#records/render-records.js";
import { findTraces } from "./find-traces.js";

/** Everything that the data folder's records say of one person, and what they say of everybody else. */
export interface SubjectFiles {
  readonly subjectId: string;
  readonly consents: readonly ConsentEntry[];
  readonly renders: readonly RenderRecord[];
  readonly others: { readonly consents: readonly ConsentEntry[]; readonly renders: readonly RenderRecord[] };
}

/** Place of the note that a person was erased. */
export function tombstonePath({ erasedFolder }: Pick<DataFolder, "erasedFolder">, subjectId: string): string {
  return join(erasedFolder, `${subjectId}.json`);
}

/**
 * Finds a person by subject id, by the id of one of their consents, or by the exact name on a record.
 * @throws UnderstudyError `unknown-subject`; `bad-usage` when several people have that name.
 */
export async function findSubject(wanted: string, data: DataFolder): Promise<SubjectFiles> {
  const [consents, renders] = [await data.consents.list(), await data.renders.list()];
  const subjectId = await subjectIdOf(wanted, data, consents, renders);
  const isTheirs = (entry: ConsentEntry) => entry.consent.subject.id === subjectId;
  const isOfThem = (record: RenderRecord) => record.subjectId === subjectId;
  return {
    subjectId,
    consents: consents.filter(isTheirs),
    renders: renders.filter(isOfThem),
    others: {
      consents: consents.filter((entry) => !isTheirs(entry)),
      renders: renders.filter((record) => !isOfThem(record)),
    },
  };
}

async function subjectIdOf(
  wanted: string,
  data: DataFolder,
  consents: readonly ConsentEntry[],
  renders: readonly RenderRecord[],
): Promise<string> {
  const ids = new Set([
    ...consents
      .filter(({ consent: { id, subject } }) => [id, subject.id, subject.name].includes(wanted))
      .map(({ consent }) => consent.subject.id),
    ...renders
      .filter(({ consentId, subjectId }) => [consentId, subjectId].includes(wanted))
      .map(({ subjectId }) => subjectId),
  ]);
  if (ids.size > 1) {
    throw new UnderstudyError("bad-usage", `${ids.size} people have this name: ${[...ids].join(", ")}.`, {
      hint: "Give the id of the one who is meant; `understudy consent list` shows which is which.",
    });
  }
  const [id] = ids;
  if (id !== undefined) return id;
  if (/^subject_[0-9a-f]{16}$/.test(wanted) && (await isNamed(data, wanted))) return wanted;
  throw new UnderstudyError("unknown-subject", "No record names this person.");
}

/** Whether a note of erasure or a damaged record has this id. */
async function isNamed(data: DataFolder, subjectId: string): Promise<boolean> {
  if (await wasErased(data, subjectId)) return true;
  const { traces } = await findTraces(data.folder, { sha256: new Set(), ids: [subjectId] });
  return traces.length > 0;
}

/** Whether a person was erased from this data folder before. */
export async function wasErased(data: Pick<DataFolder, "erasedFolder">, subjectId: string): Promise<boolean> {
  return (await lstat(tombstonePath(data, subjectId)).catch(() => undefined)) !== undefined;
}
