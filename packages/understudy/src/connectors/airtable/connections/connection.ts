import type { ErrorCode } from "@understudy/render";
import type { MadeAirtableHook } from "#connectors/airtable/client/airtable-client.js";
import type { briefColumns } from "#connectors/brief-spellings.js";
import type { StandingAttestation } from "#consent/standing-attestation.js";

/** What a column is for. */
export type ColumnRole = keyof typeof briefColumns;

/** Roles without which there is no work. */
export const neededRoles = ["source", "face", "status", "output"] as const satisfies readonly ColumnRole[];

/** A column that plays a role. */
export interface MappedColumn {
  /** Stays when the column is renamed. */
  readonly id: string;
  /** As it was last seen; for messages. */
  readonly name: string;
  readonly type: string;
}

/** Which column plays which role. */
export type MappedColumns = Readonly<
  Record<(typeof neededRoles)[number], MappedColumn> & Partial<Record<ColumnRole, MappedColumn>>
>;

/** On whose word the rows of a connection are rendered. */
export type ConnectionConsent =
  /** The row's own consent column: the id of a record, or a tick by which `operator` gives their word for this row. */
  | { readonly kind: "column"; readonly operator?: string }
  /** The connection's own standing attestation. */
  | { readonly kind: "standing"; readonly attestation: StandingAttestation }
  /** A record for the photo, else the standing attestation of the configuration. */
  | { readonly kind: "on-record" };

/** The webhook at Airtable that tells of changes. */
export interface AirtableHook extends MadeAirtableHook {
  /** Where the news that was not read yet begins. */
  readonly cursor: number;
  /** The address it was made for: another one needs another webhook. */
  readonly notificationUrl: string;
  /** Columns whose changes it tells of: others need another webhook. */
  readonly fieldIds: readonly string[];
  readonly refreshedAt: Date;
}

/** What keeps a connection from working. */
export interface ConnectionProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

/** A problem that was noted; `since` stays while its code is the same. */
export interface NotedProblem extends ConnectionProblem {
  readonly since: Date;
}

/** A table in Airtable whose rows are rendered. */
export interface AirtableConnection {
  /** `airtable_` and 16 hex digits. */
  readonly id: string;
  readonly ownerId: string;
  /** The key that its renders are made under. */
  readonly keyId: string;
  /** `app` and 14 characters. */
  readonly baseId: string;
  /** `tbl` and 14 characters. */
  readonly tableId: string;
  readonly tableName: string;
  /** Environment variable that holds the token. */
  readonly tokenVariable: string;
  readonly columns: MappedColumns;
  readonly consent: ConnectionConsent;
  readonly hook?: AirtableHook;
  readonly problem?: NotedProblem;
  /** When its rows were last looked at. */
  readonly lookedAt?: Date;
  readonly createdAt: Date;
}

/** Where tokens are when nothing else is said. */
export const usualTokenVariable = "AIRTABLE_TOKEN";
