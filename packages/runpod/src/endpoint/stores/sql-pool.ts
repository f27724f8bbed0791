/** One statement. A name makes the server keep its plan, per connection. */
export interface SqlQuery {
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
}

/** A row as the driver reads it: `text` as string, `double precision` and `integer` as number, `boolean`, null. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** What a statement gave. */
export interface SqlResult {
  readonly rows: readonly SqlRow[];
}

/** A connection taken from a pool. */
export interface SqlClient {
  query(query: SqlQuery): Promise<SqlResult>;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  on(event: "notification", listener: (message: { readonly payload?: string | undefined }) => void): unknown;
  /** @param destroy ends the connection instead of giving it back. */
  release(destroy: boolean): void;
}

/** The part of a `pg.Pool` that a store uses. */
export interface SqlPool {
  query(query: SqlQuery): Promise<SqlResult>;
  connect(): Promise<SqlClient>;
  on(event: "error", listener: (error: Error) => void): unknown;
  removeListener(event: "error", listener: (error: Error) => void): unknown;
}
