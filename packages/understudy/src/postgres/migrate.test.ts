import { openTestPostgres } from "@understudy/local-postgres/testing";
import { expect, onTestFinished, test } from "vitest";
import { createPool } from "./create-pool.js";
import { migrate, migrationOf, readMigrations } from "./migrate.js";

const first = migrationOf("0001_first.sql", "create table understudy.first (id integer)");
const second = migrationOf("0002_second.sql", "create table understudy.second (id integer)");

/** An empty database, as one process sees it and as another one does. */
async function openEmpty() {
  const server = await openTestPostgres();
  const open = () => createPool({ ...server.connection, max: 2 });
  const [pool, other] = [open(), open()];
  onTestFinished(async () => {
    await Promise.all([pool.end(), other.end()]);
    await server.stop();
  });
  const tables = async (): Promise<string[]> => {
    const text = "select table_name from information_schema.tables where table_schema = 'understudy' order by 1";
    return (await pool.query<{ table_name: string }>(text)).rows.map(({ table_name: name }) => name);
  };
  return { pool, other, tables };
}

test("the migrations of this release are numbered without a gap, and are applied once", async () => {
  const { pool, tables } = await openEmpty();
  const all = await readMigrations();
  expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => index + 1));
  expect(await migrate(pool)).toEqual(all.map(({ name }) => name));
  expect(await tables()).toContain("render");
  expect(await migrate(pool)).toEqual([]);
});

test("of two processes that start at once, one makes the tables and the other waits for them", async () => {
  const { pool, other } = await openEmpty();
  const done = await Promise.all([pool, other].map((each) => migrate(each, [first, second])));
  expect(done.flat()).toEqual([first.name, second.name]);
});

test("a later release adds what is missing", async () => {
  const { pool, tables } = await openEmpty();
  await migrate(pool, [first]);
  expect(await migrate(pool, [first, second])).toEqual([second.name]);
  expect(await tables()).toEqual(["first", "migration", "second"]);
});

test.each([
  ["that fails in its middle", "create table understudy.second (); select 1 / 0", "division by zero"],
  [
    "whose process dies",
    "create table understudy.second (); select pg_terminate_backend(pg_backend_pid())",
    "The database does not answer (57P01)",
  ],
])("of a migration %s nothing stays, nor of those that began with it", async (_what, sql, problem) => {
  const { pool, tables } = await openEmpty();
  await expect(migrate(pool, [first, migrationOf("0002_second.sql", sql)])).rejects.toThrow(problem);
  expect(await tables()).toEqual([]);
  expect(await migrate(pool, [first, second])).toEqual([first.name, second.name]);
});

test("an older release does not start on the tables of a newer one", async () => {
  const { pool } = await openEmpty();
  await migrate(pool, [first, second]);
  await expect(migrate(pool, [first])).rejects.toMatchObject({
    code: "database-unavailable",
    message: "A newer release made the tables: it has 0002_second.sql, this has not.",
  });
});

test.each([
  ["was changed after it was applied", [migrationOf(first.name, `${first.sql} `), second]],
  ["was put in between", [{ ...second, number: 1 }, first]],
])("a migration that %s is refused, and nothing is done", async (_what, migrations) => {
  const { pool, tables } = await openEmpty();
  await migrate(pool, [first]);
  await expect(migrate(pool, migrations)).rejects.toMatchObject({
    code: "database-unavailable",
    message: "The database was made with another 0001_first.sql than this one.",
  });
  expect(await tables()).toEqual(["first", "migration"]);
});
