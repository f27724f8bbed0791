import type { AddressPolicy } from "@understudy/guarded-fetch";
import type { AirtableClient } from "#connectors/airtable/client/airtable-client.js";
import type { ConnectionList } from "#connectors/airtable/connections/connection-list.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import type { RowBook } from "#connectors/airtable/rows/row-book.js";
import type { SeenRow } from "#connectors/airtable/rows/row.js";
import type { Turn } from "#connectors/airtable/rows/turn.js";
import type { ServiceLog } from "#serve/service-log.js";
import type { ArtifactStore } from "#storage/artifact-store.js";

/** A connection in the hands of whoever has the turn at its base. */
export interface ConnectionWork {
  readonly connection: AirtableConnection;
  readonly client: AirtableClient;
  readonly turn: Turn;
}

/** What the work on connections needs of the service. */
export interface WorkServices {
  readonly connections: ConnectionList;
  readonly book: RowBook;
  readonly artifacts: Pick<ArtifactStore, "open">;
  /** Where an address of ours may lie that Airtable is told. */
  readonly policy: AddressPolicy;
  /** Airtable is a stand-in on this machine, which reaches our loopback addresses. */
  readonly isAirtableNear: boolean;
  readonly log: ServiceLog;
  /** Decides about a row, and makes its render. */
  claim(work: Pick<ConnectionWork, "connection" | "turn">, seen: SeenRow): Promise<void>;
  /** Stops a render that nobody waits for any more. */
  cancel(ownerId: string, renderId: string): Promise<void>;
  /** Address under which others reach this service, without a slash at its end. */
  publicUrl(): string;
  now(): Date;
}
