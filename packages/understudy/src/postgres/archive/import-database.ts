import { pipeline } from "node:stream/promises";
import { UnderstudyError } from "@understudy/render";
import { DatabaseError, type Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Database, Sql } from "#postgres/database.js";
import { inOurWords } from "#postgres/in-our-words.js";
import {
  inSql,
  rowCountOf,
  tablesOf,
  type ArchiveHeader,
  type ArchiveSchema,
  type ArchiveTable,
} from "./archive-format.js";
import { countUsers, prepareTables, withMover, type MoveOptions } from "./mover.js";
import { countLines, readArchive } from "./read-archive.js";
import { readSchemas, type StoredSchema } from "./stored-schemas.js";

/**
 * Puts what `exportDatabase()` wrote into a database, of whatever version from 14 on: all of it or nothing. The file is read
 * twice: it proves to be whole before anything is written, and to be the very same before that counts.
 * @param options `replaces`: whether rows that are there make room.
 * @throws UnderstudyError `content-altered`, `file-missing`, `output-exists` when there are rows, `bad-usage` while a service
 * uses the database, `database-unavailable`, also for the file of another release.
 */
export async function importDatabase(
  database: Database,
  path: string,
  options: MoveOptions & { readonly replaces: boolean },
): Promise<ArchiveHeader> {
  const { header, sha256 } = await readArchive(path, options.signal, (begun) => {
    const count = counterOf("check", begun, options);
    return async (_table, rows) => {
      for await (const piece of rows) count(piece);
    };
  });
  const names = header.schemas.map(({ name }) => name as StoredSchema);
  await prepareTables(database, names, options);
  return withMover(database, options.signal, async (client, sql) => {
    if ((await countUsers(sql)) > 0) throw inUse();
    await sql.query("begin");
    const schemas = await readSchemas(sql);
    assertSameTables(header, schemas);
    await makeRoom(sql, schemas, options);
    const copied = await readArchive(path, options.signal, (begun) => {
      const count = counterOf("import", begun, options);
      return (table, rows) => copyInto(client, table, counted(rows, count));
    });
    if (copied.sha256 !== sha256) throw doesNotFit("changed while it was read");
    for (const { name, sequences } of header.schemas) await setSequences(sql, name, sequences);
    await sql.query("commit");
    return header;
  });
}

function counterOf(stage: string, header: ArchiveHeader, { onProgress }: MoveOptions): (piece: Buffer) => void {
  const total = rowCountOf(header);
  let done = 0;
  onProgress({ stage, done, total, unit: "rows" });
  return (piece) => {
    done += countLines(piece);
    onProgress({ stage, done, total, unit: "rows" });
  };
}

async function* counted(pieces: AsyncIterable<Buffer>, count: (piece: Buffer) => void): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    count(piece);
    yield piece;
  }
}

/** The tables that the file's rows were taken from must be those that are here. */
function assertSameTables({ schemas, madeBy }: ArchiveHeader, here: readonly ArchiveSchema[]): void {
  for (const schema of schemas) {
    const twin = here.find(({ name }) => name === schema.name);
    if (twin === undefined || shapeOf(twin) !== shapeOf(schema)) throw otherRelease(schema.name, madeBy);
  }
}

function shapeOf({ migrations, tables, sequences }: ArchiveSchema): string {
  const shapes = tables.map(({ name, columns }) => `${name} ${columns.toSorted().join(" ")}`);
  return JSON.stringify([migrations, shapes.toSorted(), sequences.map(({ name }) => name).toSorted()]);
}

/** Nobody else reads or writes the tables from here to the end of the transaction. */
async function makeRoom(
  sql: Sql,
  schemas: readonly ArchiveSchema[],
  { replaces }: { readonly replaces: boolean },
): Promise<void> {
  const tables = tablesOf({ schemas }).map((each) => inSql(each).table);
  await sql.query("set local lock_timeout = '10s'");
  await sql.query(`lock table ${tables.join(", ")} in access exclusive mode`).catch((thrown: unknown) => {
    throw thrown instanceof DatabaseError && thrown.code === lockNotAvailable ? inUse() : thrown;
  });
  if (replaces) {
    await sql.query(`truncate ${tables.join(", ")}`);
    return;
  }
  for (const table of tables) {
    const { rowCount } = await sql.query(`select from ${table} limit 1`);
    if (rowCount === 0) continue;
    throw new UnderstudyError(
      "output-exists",
      `There is something in the database already, in ${table.replaceAll('"', "")}.`,
      {
        hint: "Name an empty database in DATABASE_URL, or pass --force to replace all that is there.",
      },
    );
  }
}

const lockNotAvailable = "55P03";

async function copyInto(client: Client, table: ArchiveTable, rows: AsyncIterable<Buffer>): Promise<void> {
  const { schema, name } = table;
  const to = inSql(table);
  const stream = client.query(copyFrom(`copy ${to.table} (${to.columns}) from stdin`));
  await pipeline(rows, stream).catch((thrown: unknown) => {
    if (thrown instanceof DatabaseError && /^2[23]/.test(thrown.code ?? "")) {
      throw doesNotFit(`has rows that do not fit into ${schema}.${name} (${thrown.code})`);
    }
    return inOurWords(thrown);
  });
  if (stream.rowCount !== table.rows) throw doesNotFit(`has another number of rows for ${schema}.${name} than it says`);
}

async function setSequences(sql: Sql, schema: string, sequences: ArchiveSchema["sequences"]): Promise<void> {
  for (const { name, value, isCalled } of sequences) {
    await sql.query("select setval($1::regclass, $2::bigint, $3)", [`"${schema}"."${name}"`, value, isCalled]);
  }
}

function doesNotFit(what: string): UnderstudyError {
  return new UnderstudyError("content-altered", `The file ${what}; nothing was imported.`, {
    hint: "Export it again.",
  });
}

function otherRelease(schema: string, madeBy: string): UnderstudyError {
  const message = `The file was made by release ${madeBy}, whose tables in ${schema} are not those of this one.`;
  return new UnderstudyError("database-unavailable", message, {
    hint: "Import it with the release that made it, then start this one: it brings the tables up to date.",
  });
}

function inUse(): UnderstudyError {
  return new UnderstudyError("bad-usage", "A service uses this database; nothing was imported.", {
    hint: "Stop `understudy serve` and `understudy endpoint` wherever they use it, then run the command again.",
  });
}
