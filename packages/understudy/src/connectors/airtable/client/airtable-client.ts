import type { AddressPolicy } from "@understudy/guarded-fetch";
import type { RequestPace } from "./request-pace.js";

/** A column of a table in Airtable. */
export interface AirtableField {
  /** `fld` and 14 characters; stays when the column is renamed. */
  readonly id: string;
  readonly name: string;
  /** Airtable's own name of the type, such as `singleSelect`. */
  readonly type: string;
  /** Of a single select: its choices. */
  readonly options?: { readonly choices?: readonly { readonly name: string }[] };
}

/** A table in Airtable. */
export interface AirtableTable {
  /** `tbl` and 14 characters. */
  readonly id: string;
  readonly name: string;
  readonly fields: readonly AirtableField[];
}

/** What a token's user may do in a base, least first; `create` is that of creators and owners. */
export const permissionLevels = ["none", "read", "comment", "edit", "create"] as const;

/** A base that a token has access to. */
export interface AirtableBase {
  readonly id: string;
  readonly permissionLevel: (typeof permissionLevels)[number];
}

/** A column about to be made. */
export interface NewAirtableField {
  readonly name: string;
  readonly type: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Cells of a record by the ids of their columns; an empty cell is not there. */
export type AirtableCells = Readonly<Record<string, unknown>>;

/** A row in Airtable. */
export interface AirtableRecord {
  /** `rec` and 14 characters. */
  readonly id: string;
  readonly cells: AirtableCells;
}

/** Which records to list. */
export interface RecordQuery {
  /** Formula that a record must fulfil. */
  readonly formula?: string;
  /** Columns to give; never more than is needed of other people's tables. */
  readonly fieldIds: readonly string[];
  /** Where the page before ended. */
  readonly offset?: string;
}

/** A file in an attachment cell. Its URL holds for about two hours. */
export interface AirtableAttachment {
  /** `att` and 14 characters. */
  readonly id: string;
  readonly url: string;
}

/** What Airtable tells of changes to a table by. */
export interface NewAirtableHook {
  /** Where it sends a word that there is news; never what the news is. */
  readonly notificationUrl: string;
  readonly tableId: string;
  /** Columns whose changes are of interest. */
  readonly fieldIds: readonly string[];
}

/** A webhook as Airtable made it. */
export interface MadeAirtableHook {
  /** `ach` and 14 characters. */
  readonly id: string;
  readonly macSecretBase64: string;
}

/** One page of what happened to a table since a cursor. */
export interface HookNews {
  /** For the next page. */
  readonly cursor: number;
  readonly mightHaveMore: boolean;
  readonly changedRecordIds: readonly string[];
  readonly removedRecordIds: readonly string[];
  /** Columns were changed, or something happened that the page does not say: look at everything again. */
  readonly isIncomplete: boolean;
}

/** A page of records. */
export interface RecordPage {
  readonly records: readonly AirtableRecord[];
  /** Absent on the last page. */
  readonly offset?: string;
}

/** Most records that one update takes. */
export const maxRecordsAtOnce = 10;

/** Largest file that Airtable takes as an upload, in bytes. */
export const maxUploadBytes = 5 * 2 ** 20;

/**
 * What we use of Airtable's Web API. Every request about a base waits for its turn, and one that is answered 429 is sent again
 * after the penalty. All members throw AirtableFailure, the signal's reason, and what the pace throws (`database-unavailable`).
 * Source: https://airtable.com/developers/web/api/introduction
 */
export interface AirtableClient {
  /** Scopes of the token, when Airtable tells them: not those of a personal access token. */
  scopes(): Promise<readonly string[] | undefined>;
  /** Bases that the token has access to, 1,000 at most. */
  bases(): Promise<readonly AirtableBase[]>;
  tables(baseId: string): Promise<readonly AirtableTable[]>;
  createTable(baseId: string, name: string, fields: readonly NewAirtableField[]): Promise<AirtableTable>;
  createField(baseId: string, tableId: string, field: NewAirtableField): Promise<AirtableField>;
  /** One page, 100 records at most. */
  listRecords(baseId: string, tableId: string, query: RecordQuery): Promise<RecordPage>;
  /** One record. @throws AirtableFailure `missing` or `forbidden` when it was removed. */
  record(baseId: string, tableId: string, recordId: string): Promise<AirtableRecord>;
  /**
   * All or none are changed. Choices of a select that are not there are made, where the token may.
   * @param updates at most `maxRecordsAtOnce`; null empties a cell.
   */
  updateRecords(baseId: string, tableId: string, updates: readonly AirtableRecord[]): Promise<void>;
  /** Adds a file to a cell. @param bytes at most `maxUploadBytes`. @returns what the cell holds then, where Airtable says it. */
  uploadAttachment(
    baseId: string,
    recordId: string,
    fieldId: string,
    file: { readonly fileName: string; readonly mediaType: string; readonly bytes: Uint8Array },
  ): Promise<readonly AirtableAttachment[]>;
  /** Ids of the base's webhooks that tell this address, also of those that are over. */
  hooksFor(baseId: string, notificationUrl: string): Promise<readonly string[]>;
  createHook(baseId: string, hook: NewAirtableHook): Promise<MadeAirtableHook>;
  /** Lets it live for another seven days. */
  refreshHook(baseId: string, hookId: string): Promise<void>;
  /**
   * Whether Airtable gave up notifying, after failures: nothing comes until it is told to again.
   * @returns undefined when it is not there or is over, expired or without a column that it watched: another has to be made.
   */
  hookState(baseId: string, hookId: string): Promise<{ readonly isNotifying: boolean } | undefined>;
  enableNotifications(baseId: string, hookId: string): Promise<void>;
  removeHook(baseId: string, hookId: string): Promise<void>;
  /** @param cursor 1 for everything that is kept, which is seven days. */
  listNews(baseId: string, hookId: string, tableId: string, cursor: number): Promise<HookNews>;
}

/** What a client works with. */
export interface AirtableClientOptions {
  /** Personal access token. Never in a log or a message. */
  readonly token: string;
  /** Default `https://api.airtable.com`; uploads then go to `https://content.airtable.com`, else to this address too. */
  readonly endpointUrl?: string;
  /** Where requests may lead. */
  readonly policy: AddressPolicy;
  readonly pace: RequestPace;
  readonly signal: AbortSignal;
  /** Called for each 429, with how long nobody asks this base. */
  readonly onPenalty?: (baseId: string, milliseconds: number) => void;
}
