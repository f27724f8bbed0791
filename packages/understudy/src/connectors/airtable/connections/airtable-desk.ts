import { parseAddressPolicy } from "@understudy/guarded-fetch";
import type { KeyList } from "#access/key-list.js";
import { createKeyList } from "#access/postgres-key-list.js";
import type { CliIo } from "#cli/io.js";
import { addressesOf } from "#config/addresses.js";
import type { Config } from "#config/index.js";
import type { AirtableClient } from "#connectors/airtable/client/airtable-client.js";
import { createRequestPace } from "#connectors/airtable/client/postgres-request-pace.js";
import type { RequestPace } from "#connectors/airtable/client/request-pace.js";
import type { Database } from "#postgres/database.js";
import { clientFor } from "./client-for.js";
import type { AirtableConnection } from "./connection.js";
import type { ConnectionList } from "./connection-list.js";
import { createConnectionList } from "./postgres-connection-list.js";

/** What somebody who looks after connections has. */
export interface AirtableDesk {
  readonly keys: KeyList;
  readonly connections: ConnectionList;
  /** @throws UnderstudyError `airtable-token` when there is no token. */
  clientOf(connection: Pick<AirtableConnection, "tokenVariable">): AirtableClient;
}

/** What a desk works with. */
export interface AirtableDeskOptions {
  readonly database: Pick<Database, "pool">;
  readonly config: Pick<Config, "network" | "server">;
  readonly io: Pick<CliIo, "env" | "signal" | "now">;
  /** Default that of all processes on the database. */
  readonly pace?: RequestPace;
  /** Called when Airtable wants a pause. */
  readonly onPenalty?: (baseId: string, milliseconds: number) => void;
}

/** Makes the desk; it holds nothing open. */
export function createAirtableDesk({ database, config, io, onPenalty, ...options }: AirtableDeskOptions): AirtableDesk {
  const { pool } = database;
  const { env, signal } = io;
  const now = () => io.now();
  const policy = parseAddressPolicy(addressesOf(config));
  const world = { env, signal, policy, pace: options.pace ?? createRequestPace(pool), ...(onPenalty && { onPenalty }) };
  return {
    keys: createKeyList({ pool, now, defaults: config.server }),
    connections: createConnectionList({ pool, now }),
    clientOf: (connection) => clientFor(connection, world),
  };
}
