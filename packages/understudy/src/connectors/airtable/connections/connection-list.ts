import { UnderstudyError } from "@understudy/render";
import type { AirtableConnection, AirtableHook, ConnectionProblem, MappedColumns } from "./connection.js";

/** A connection about to be kept. */
export type NewConnection = Omit<AirtableConnection, "id" | "hook" | "problem" | "lookedAt" | "createdAt">;

/** Channel on which whoever works on connections is told `connections`, `rows`, or `news ID` of a connection's webhook. */
export const airtableChannel = "understudy_airtable";

/** The connections of this installation; one list for all processes. */
export interface ConnectionList {
  /**
   * Keeps a connection; one of the owner to the same table is changed, or taken up again, and keeps its rows.
   * @throws UnderstudyError `airtable-table` when the table is connected for another owner.
   */
  keep(connection: NewConnection): Promise<AirtableConnection>;
  /** Oldest first; those of one owner, or all. */
  list(ownerId?: string): Promise<readonly AirtableConnection[]>;
  get(id: string): Promise<AirtableConnection | undefined>;
  /** What it is called by now, or where its columns are; unless they are not `before` any more, as after another `keep`. */
  noteColumns(
    id: string,
    facts: { readonly tableName: string; readonly columns: MappedColumns },
    before: MappedColumns,
  ): Promise<void>;
  /** @param hook undefined: there is none any more. */
  noteHook(id: string, hook: AirtableHook | undefined): Promise<void>;
  /**
   * Its rows were looked at, which is noted to the minute; or could not be.
   * @param problem undefined: it works. The moment since when stays while the code is the same.
   * @param wasLookedAt its rows were, although there is a problem.
   */
  noteLook(id: string, problem: ConnectionProblem | undefined, wasLookedAt?: boolean): Promise<void>;
  /** Nothing is read or written any more; renders in work go on. @returns false when there is none. */
  remove(id: string): Promise<boolean>;
  /** How many rows show the link and the picture of a video. */
  countShown(id: string): Promise<number>;
  /** Has whoever works on a connection look at once. */
  tellNews(id: string): Promise<void>;
}

/** Why a table cannot be connected: two connections would each render every row. */
export function connectedElsewhere(tableName: string): UnderstudyError {
  return new UnderstudyError("airtable-table", `The table "${tableName}" is connected for another owner.`, {
    hint: "Run `understudy airtable list` to see it, and `understudy airtable disconnect` to end that connection first.",
  });
}
