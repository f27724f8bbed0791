import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client, type ClientConfig } from "pg";

/** The values of all rows of one query, on a connection of its own. */
export async function ask(target: ClientConfig, sql: string): Promise<unknown[]> {
  const client = new Client(target);
  await client.connect();
  const { rows } = await client.query<unknown[]>({ text: sql, rowMode: "array" }).finally(() => client.end());
  return rows.flat();
}

/** The process id of the folder's server; undefined when none runs (or a killed one left its file). */
export async function serverIdOf(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, "postgres/data/postmaster.pid"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : Number.parseInt(text, 10);
}
