import { createHash, randomBytes } from "node:crypto";
import { createWriteStream, rmSync } from "node:fs";
import { lstat, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isDiskFull, UnderstudyError } from "@understudy/render";
import type { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { registerLeftover } from "#paths/index.js";
import { sqlOf, type Database } from "#postgres/database.js";
import { inSql, rowCountOf, tablesOf, trailerOf, type ArchiveHeader } from "./archive-format.js";
import { countUsers, prepareTables, withMover, type MoveOptions } from "./mover.js";
import { countLines } from "./read-archive.js";
import { findSchemas, readSchemas } from "./stored-schemas.js";

/** What was exported. */
export interface Exported {
  readonly header: ArchiveHeader;
  /** Whether a service was connected: what it does after this moment is not in the file. */
  readonly isInUse: boolean;
}

/**
 * Writes everything that an installation has in its database into one file, which only this user may read: all of it as it
 * was at one moment, also while a service works on it. The file appears when it is whole.
 * @throws UnderstudyError `output-exists`, `output-write-failed`, `disk-full`, `database-unavailable`.
 */
export async function exportDatabase(
  database: Database,
  path: string,
  options: MoveOptions & { readonly madeBy: string },
): Promise<Exported> {
  if ((await lstat(path).catch(() => undefined)) !== undefined) {
    throw new UnderstudyError("output-exists", `${path} exists already.`, { hint: "Choose another name." });
  }
  await prepareTables(database, await findSchemas(sqlOf(database.pool)), options);
  return withMover(database, options.signal, async (client, sql) => {
    const isInUse = (await countUsers(sql)) > 0;
    await sql.query("begin isolation level repeatable read read only");
    const schemas = await readSchemas(sql);
    const header: ArchiveHeader = { format: "understudy-database", version: 1, madeBy: options.madeBy, schemas };
    await writeFileWhole(path, archiveOf(header, client, options), options.signal);
    return { header, isInUse };
  });
}

async function* archiveOf(
  header: ArchiveHeader,
  client: Client,
  { onProgress }: Pick<MoveOptions, "onProgress">,
): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  const total = rowCountOf(header);
  let done = 0;
  const head = Buffer.from(`${JSON.stringify(header)}\n`);
  hash.update(head);
  yield head;
  onProgress({ stage: "export", done, total, unit: "rows" });
  for (const each of tablesOf(header)) {
    const { table, columns } = inSql(each);
    const rows = client.query(copyTo(`copy ${table} (${columns}) to stdout`));
    for await (const piece of rows as AsyncIterable<Buffer>) {
      hash.update(piece);
      yield piece;
      done += countLines(piece);
      onProgress({ stage: "export", done, total, unit: "rows" });
    }
  }
  yield Buffer.from(trailerOf(hash.digest("hex")));
}

/** Through a file beside it, on the disk before it has its name. */
async function writeFileWhole(path: string, pieces: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
  const partial = join(dirname(path), `.understudy-${randomBytes(6).toString("hex")}.partial`);
  const removed = registerLeftover(() => rmSync(partial, { force: true }));
  try {
    await pipeline(pieces, createWriteStream(partial, { flags: "wx", mode: 0o600, flush: true }), { signal });
    await rename(partial, path);
  } catch (thrown) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw writeError(thrown);
  } finally {
    removed();
  }
}

function writeError(thrown: unknown): unknown {
  if (isDiskFull(thrown)) return new UnderstudyError("disk-full", "The disk filled up while the file was written.");
  const { syscall, code } = thrown as NodeJS.ErrnoException;
  const isOfFile = ["open", "write", "rename", "fsync"].includes(syscall ?? "");
  return isOfFile ? new UnderstudyError("output-write-failed", `The file could not be written (${code}).`) : thrown;
}
