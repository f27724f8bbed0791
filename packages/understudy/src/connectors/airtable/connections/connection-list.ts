import type { AirtableConnection, AirtableHook, ConnectionProblem, MappedColumns } from "./connection.js";

/** A connection about to be kept. */
export type NewConnection = Omit<AirtableConnection, "id" | "hook" | "problem" | "lookedAt" | "createdAt">;

/** Channel on which whoever works on connections is told `connections`, `rows`, or `news ID` of a connection's webhook. */
export const airtableChannel = "understudy_airtable";

/** The connections of this installation; one list for all processes. */
export interface ConnectionList {
  /**
   * Keeps a connection; one to the same table is changed, and keeps its rows.
   * @throws UnderstudyError `airtable-table` when the table is connected for another owner.
   */
  keep(connection: NewConnection): Promise<AirtableConnection>;
  /** Oldest first; those of one owner, or all. */
  list(ownerId?: string): Promise<readonly AirtableConnection[]>;
  get(id: string): Promise<AirtableConnection | undefined>;
  /** What it is called by now, or where its columns are. */
  noteColumns(id: string, facts: { readonly tableName: string; readonly columns: MappedColumns }): Promise<void>;
  /** @param hook undefined: there is none any more. */
  noteHook(id: string, hook: AirtableHook | undefined): Promise<void>;
  /**
   * Its rows were looked at, which is noted to the minute; or could not be.
   * @param problem undefined: it works. The moment since when stays while the code is the same.
   */
  noteLook(id: string, problem: Omit<ConnectionProblem, "since"> | undefined): Promise<void>;
  /** Nothing is read or written any more; renders in work go on. @returns false when there is none. */
  remove(id: string): Promise<boolean>;
  /** Has whoever works on a connection look at once. */
  tellNews(id: string): Promise<void>;
}
