import type { ClientConfig, Pool, PoolClient, QueryResult } from "pg";
import { inOurWords } from "./in-our-words.js";

/** The database of this installation, with its tables in place. */
export interface Database {
  /** Shared by everything in this process. */
  readonly pool: Pool;
  /** How to reach it with a connection of one's own, such as one that listens or holds a lock. */
  readonly connection: ClientConfig;
  /** The same as a URL, for libraries that take nothing else. */
  readonly url: string;
  /** Ends the pool, and the private server when no other process uses it. */
  close(): Promise<void>;
}

/**
 * Whatever runs a statement: the pool, or the connection of a transaction. Throws UnderstudyError `database-unavailable`,
 * `disk-full` and `bad-request` as `inOurWords()` says; all else is the driver's.
 */
export interface Sql {
  query<Row extends object>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Pick<QueryResult<Row>, "rows" | "rowCount">>;
}

/** The pool as `Sql`. */
export function sqlOf(pool: Pool | PoolClient): Sql {
  return { query: (text, values) => pool.query(text, values as unknown[]).catch(inOurWords) };
}

/** Runs `act` in one transaction: all of it counts, or nothing does. */
export async function transaction<T>(pool: Pool, act: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(inOurWords);
  let broken: Error | undefined;
  // A connection that could not even roll back is not given to anybody else.
  return transactionOn(sqlOf(client), act, (error) => (broken = error)).finally(() => client.release(broken));
}

/** The same on a session that the caller has. @param onBroken told when it could not even roll back. */
export async function transactionOn<T>(
  session: Sql,
  act: (sql: Sql) => Promise<T>,
  onBroken: (error: Error) => unknown,
): Promise<T> {
  try {
    await session.query("begin");
    const value = await act(session);
    await session.query("commit");
    return value;
  } catch (thrown) {
    await session.query("rollback").catch(onBroken);
    throw thrown;
  }
}

/** Waits until no other transaction holds the lock of this name, and holds it until this one ends. */
export async function holdLock(sql: Sql, name: `understudy.${string}`): Promise<void> {
  await sql.query("select pg_advisory_xact_lock(hashtext($1))", [name]);
}
