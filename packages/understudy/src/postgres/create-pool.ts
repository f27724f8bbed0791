import { Pool, type PoolConfig } from "pg";

/**
 * A pool that outlives its connections: one that breaks is replaced, and the next statement says what is wrong. Without these
 * listeners a server that restarts would end the process: the pool's own stands for idle connections only.
 */
export function createPool(config: PoolConfig): Pool {
  const pool = new Pool(config);
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}
