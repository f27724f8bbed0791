import type { Sql } from "#postgres/database.js";
import type { ResultFile, ServiceRender } from "#renders/service-render.js";
import type { KnownRow } from "./row.js";

/** A row that may have to be told something. */
export interface DueRow {
  readonly known: KnownRow;
  /** The row's counter when it was read: what happens later makes it due again. */
  readonly change: number;
  /** Absent: it was refused, or its render was erased. */
  readonly render?: ServiceRender;
}

/** A finished render's picture that its row does not show yet. */
export interface DuePicture {
  readonly recordId: string;
  readonly renderId: string;
  readonly file: ResultFile;
}

/** What is known of the rows of all connections. */
export interface RowBook {
  /** @param isLocked held until the transaction ends. */
  read(sql: Sql, connectionId: string, recordId: string, isLocked: boolean): Promise<KnownRow | undefined>;
  /** Writes what is known of a row. @param isDue something may have to be written into it. */
  put(sql: Sql, connectionId: string, row: KnownRow, isDue: boolean): Promise<void>;
  /** Rows to be told something, those at their end first; not those that must wait. */
  due(connectionId: string, limit: number): Promise<readonly DueRow[]>;
  /** They say so now: up to the change that they were read at. What was cleared after an erasure is forgotten. */
  noteWritten(
    connectionId: string,
    rows: readonly (DueRow & { readonly written: KnownRow["written"] })[],
  ): Promise<void>;
  /** It could not be told: it waits, the longer the more often. */
  notePostponed(connectionId: string, recordId: string): Promise<void>;
  /** Renders in work for those rows. */
  inWork(connectionId: string, recordIds: readonly string[]): Promise<readonly string[]>;
  /** They were removed from the table. */
  noteGone(connectionId: string, recordIds: readonly string[]): Promise<void>;
  /** The finished row, ended first, whose picture was not uploaded. */
  duePicture(connectionId: string): Promise<DuePicture | undefined>;
  notePicture(connectionId: string, recordId: string, renderId: string): Promise<void>;
  /** When the next row that must wait may be told; undefined when none waits. */
  nextDueAt(connectionId: string): Promise<Date | undefined>;
}
