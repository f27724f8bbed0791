import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client, DatabaseError } from "pg";
import { readPassword, superuser } from "./create-cluster.js";
import type { PostgresConnection } from "./model.js";
import type { Place } from "./place.js";
import { socketPort } from "./stale-locks.js";

/** A session with the server, on the database `postgres`. */
export interface Session {
  readonly client: Client;
  readonly connection: PostgresConnection;
}

const wrongPassword = "28P01";
const connectLimitMs = 10_000;

/** Where the server listens. Over TCP it says so in `postmaster.pid`, line 4; undefined when it was never started. */
export async function connectionOf(place: Place): Promise<PostgresConnection | undefined> {
  const shared = { user: superuser, database: "postgres", ssl: false } as const;
  if (place.socketFolder !== undefined) return { ...shared, host: place.socketFolder, port: socketPort };
  const text = await readFile(join(place.data, "postmaster.pid"), "utf8").catch(() => "");
  const port = Number(text.split("\n")[3]);
  const password = await readPassword(place);
  return port > 0 && password !== undefined ? { ...shared, host: "127.0.0.1", port, password } : undefined;
}

/** Connects, or tells why not. `busy`: a server is there and starts, recovers, stops or is full. */
export async function tryConnect(connection: PostgresConnection): Promise<Session | "busy" | "silent"> {
  const client = new Client({
    ...connection,
    application_name: "understudy",
    connectionTimeoutMillis: connectLimitMs,
  });
  // Without a listener a lost connection would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return { client, connection };
  } catch (error) {
    void client.end().catch(() => undefined);
    // Over TCP a stranger's server may have our last port; ours knows the password.
    return error instanceof DatabaseError && error.code !== wrongPassword ? "busy" : "silent";
  }
}
