/** What to hand to `pg.Pool` or `pg.Client`: either `connectionString` (a given server) or the other fields (a private one). */
export interface PostgresConnection {
  readonly connectionString?: string;
  /** The socket's folder, or `127.0.0.1` on Windows. */
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly database?: string;
  /** Set on Windows only; elsewhere the folder's permissions guard the socket. */
  readonly password?: string;
  readonly ssl?: false;
}

/** A database that can be used until `stop`. */
export interface LocalPostgres {
  readonly connection: PostgresConnection;
  /** For pg, psql and every other libpq program. Holds a password where there is one: never log it. */
  readonly url: string;
  /** True for the server of `folder`; false for the one of `databaseUrl`. */
  readonly isPrivate: boolean;
  /** The server's own words, such as `18.4`. */
  readonly version: string;
  /**
   * Lets go of the server; end your pools first. The last opener of a private server stops it, and its data stays.
   * A given server is left alone. Never rejects; a second call waits for the first.
   */
  stop(): Promise<void>;
}
