import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DataFolder } from "#records/data-folder.js";
import { lookAt, nothingThere } from "#records/look-at.js";
import { writePrivateFile } from "#records/private-file.js";
import type { EraseCounts } from "./erase-report.js";

/** The note that a person is being erased, or was; nothing in it is personal. */
export type Tombstone =
  | { readonly subjectId: string; readonly state: "begun"; readonly begunAt: string }
  | {
      readonly subjectId: string;
      readonly state: "erased";
      readonly erasedAt: string;
      readonly counts: EraseCounts;
    };

type Notes = Pick<DataFolder, "erasedFolder">;

/** Puts the note in its place; an earlier one is replaced. */
export function writeTombstone(notes: Notes, tombstone: Tombstone): Promise<void> {
  return writePrivateFile(pathOf(notes, tombstone.subjectId), `${JSON.stringify(tombstone)}\n`);
}

/** How far the erasure of a person got; undefined when there was none. A damaged note does not say that it ended. */
export async function erasureState(notes: Notes, subjectId: string): Promise<Tombstone["state"] | undefined> {
  const text = await readFile(pathOf(notes, subjectId), "utf8").catch(nothingThere);
  if (text === undefined) return undefined;
  try {
    return (JSON.parse(text) as Partial<Tombstone>).state === "erased" ? "erased" : "begun";
  } catch {
    return "begun";
  }
}

/**
 * Whether a person was erased from this data folder, or is being erased.
 * @throws UnderstudyError `data-folder-unreadable` when it cannot be told.
 */
export async function wasErased(notes: Notes, subjectId: string): Promise<boolean> {
  return (await lookAt(pathOf(notes, subjectId))) !== undefined;
}

function pathOf({ erasedFolder }: Notes, subjectId: string): string {
  return join(erasedFolder, `${subjectId}.json`);
}
