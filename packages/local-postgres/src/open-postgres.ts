import { openGivenServer } from "./given-server.js";
import type { LocalPostgres } from "./model.js";
import { openPrivateServer } from "./private-server.js";

/** Which PostgreSQL, and where a private one lives. */
export interface OpenPostgresOptions {
  /** Holds the private server in `postgres/`; made when missing. One server per folder, shared by all processes. */
  readonly folder: string;
  /** Such as `process.env.DATABASE_URL`. Given and not empty: that server is used and nothing is started. */
  readonly databaseUrl?: string | undefined;
  /** On a private server; made when missing. Default `understudy`. */
  readonly database?: string;
  /** Ends the opening; an opened database stays. */
  readonly signal?: AbortSignal;
  /** One sentence for people: where the data lies, that the server went away. Never a secret. */
  readonly onNotice?: (text: string) => void;
}

/**
 * A database to use: the server of `databaseUrl`, else the private one of `folder`, started or adopted.
 * @throws LocalPostgresError with a code and the next step; the signal's reason after an abort.
 */
export async function openPostgres(options: OpenPostgresOptions): Promise<LocalPostgres> {
  const { databaseUrl, database = "understudy", signal } = options;
  if (databaseUrl !== undefined && databaseUrl !== "") return await openGivenServer(databaseUrl, signal);
  return await openPrivateServer({ ...options, database });
}
