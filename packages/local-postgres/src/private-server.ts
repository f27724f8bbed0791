import type { Session } from "./connect.js";
import { createCluster } from "./create-cluster.js";
import { errorCodeOf, folderUnusable, LocalPostgresError } from "./error.js";
import { findPackage } from "./find-package.js";
import { holdServer } from "./hold-server.js";
import type { LocalPostgres, PostgresConnection } from "./model.js";
import { type PlaceOptions, preparePlace } from "./place.js";
import { preparePrograms } from "./programs.js";

/** What a private server is opened with. Beside the first three and `onNotice`, the fields are seams for tests. */
export interface PrivateServerOptions extends PlaceOptions {
  readonly folder: string;
  readonly database: string;
  readonly signal?: AbortSignal;
  /** Default 60,000. */
  readonly startDeadlineMs?: number;
  readonly settings?: Readonly<Record<string, string>>;
}

const alreadyThere = new Set(["42P04", "23505"]);

/**
 * Starts the private server of a folder, or adopts the running one, and makes the database if it is missing.
 * @throws LocalPostgresError with every code but `unreachable`.
 */
export async function openPrivateServer(options: PrivateServerOptions): Promise<LocalPostgres> {
  const { folder, database, signal = new AbortController().signal, onNotice = () => undefined } = options;
  expectDatabaseName(database);
  const hold = await open();
  try {
    await createDatabase(hold.session(), database);
    return await describeDatabase(hold.session(), database, hold.release);
  } catch (thrown) {
    await hold.release();
    throw thrown;
  }

  async function open(): ReturnType<typeof holdServer> {
    signal.throwIfAborted();
    const found = findPackage();
    try {
      const place = await preparePlace(folder, options);
      const programs = await preparePrograms(found, place);
      await createCluster(place, programs, signal);
      const { settings = {}, startDeadlineMs = 60_000 } = options;
      return await holdServer({ place, programs, settings, startDeadlineMs }, signal, onNotice);
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      throw folderUnusable(folder, thrown);
    }
  }
}

/** `create database` unless it is there; of two processes at once one makes it. */
export async function createDatabase({ client }: Session, database: string): Promise<void> {
  const { rowCount } = await client.query("select from pg_database where datname = $1", [database]);
  if (rowCount !== 0) return;
  await client.query(`create database ${client.escapeIdentifier(database)}`).catch((error: unknown) => {
    if (!alreadyThere.has(errorCodeOf(error) ?? "")) throw error;
  });
}

/** A database of a server in the words of the interface. */
export async function describeDatabase(
  session: Session,
  database: string,
  stop: () => Promise<void>,
): Promise<LocalPostgres> {
  const { client, connection } = session;
  const { rows } = await client.query<{ server_version: string }>("show server_version");
  const version = rows[0]?.server_version ?? "";
  return { connection: { ...connection, database }, url: urlOf(connection, database), isPrivate: true, version, stop };
}

/** The host stands in the query because a path cannot be a URL's host; `localhost` keeps the URL valid for `new URL`. */
function urlOf({ user = "", password, host = "", port = 0 }: PostgresConnection, database: string): string {
  if (password !== undefined) return `postgresql://${user}:${password}@${host}:${port}/${database}?sslmode=disable`;
  return `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}&sslmode=disable`;
}

function expectDatabaseName(database: string): void {
  // pg does not decode %2F and the like in a URL's path.
  if (/^[\w-]{1,63}$/.test(database)) return;
  throw new LocalPostgresError(
    "bad-options",
    "The database name is not one that every client can write in a URL.",
    "Choose 1 to 63 letters, digits, underscores or dashes.",
  );
}
