import { readFile } from "node:fs/promises";
import { join } from "node:path";
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

/** Who was erased: all that stays of an erasure. One contract suite runs against files and PostgreSQL. */
export interface ErasureNotes {
  /** Puts the note in its place; an earlier one is replaced. */
  write(tombstone: Tombstone): Promise<void>;
  /** How far the erasure of a person got; undefined when there was none. A damaged note does not say that it ended. */
  state(subjectId: string): Promise<Tombstone["state"] | undefined>;
  /**
   * Whether a person was erased, or is being erased.
   * @throws UnderstudyError `data-folder-unreadable`, `database-unavailable` when it cannot be told.
   */
  was(subjectId: string): Promise<boolean>;
}

/** One file a person. */
export function createFileErasureNotes(folder: string): ErasureNotes {
  const pathOf = (subjectId: string) => join(folder, `${subjectId}.json`);
  return {
    write: (tombstone) => writePrivateFile(pathOf(tombstone.subjectId), `${JSON.stringify(tombstone)}\n`),
    async state(subjectId) {
      const text = await readFile(pathOf(subjectId), "utf8").catch(nothingThere);
      if (text === undefined) return undefined;
      try {
        return (JSON.parse(text) as Partial<Tombstone>).state === "erased" ? "erased" : "begun";
      } catch {
        return "begun";
      }
    },
    was: async (subjectId) => (await lookAt(pathOf(subjectId))) !== undefined,
  };
}
