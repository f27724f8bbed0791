import { expect, test } from "vitest";
import { holdLock, sqlOf, transaction } from "./database.js";
import { openTestDatabase } from "./testing/test-database.js";

const put = "insert into understudy.secret (name, value) values ($1, '')";
const names = "select name from understudy.secret";

test("a transaction counts whole or not at all, and its connection goes back to the pool", async () => {
  const { pool } = await openTestDatabase();
  const failed = transaction(pool, async (sql) => {
    await sql.query(put, ["lost"]);
    throw new Error("stop");
  });
  await expect(failed).rejects.toThrow("stop");
  expect(await transaction(pool, async (sql) => (await sql.query(put, ["kept"])).rowCount)).toBe(1);
  expect((await sqlOf(pool).query(names)).rows).toEqual([{ name: "kept" }]);
  expect(pool.idleCount).toBe(pool.totalCount);
});

test("transactions that hold one lock take turns", async () => {
  const { pool } = await openTestDatabase();
  const seen: string[] = [];
  const turn = (name: string) =>
    transaction(pool, async (sql) => {
      await holdLock(sql, "understudy.test");
      seen.push(`${name} begins`);
      await sql.query("select 1");
      seen.push(`${name} ends`);
    });
  await Promise.all(["a", "b"].map(turn));
  const [first = ""] = seen;
  expect(seen).toEqual([first, first.replace("begins", "ends"), expect.anything(), expect.anything()]);
});

test("a server that is away is told in our words, and that it is worth another try", async () => {
  const { pool } = await openTestDatabase();
  const cut = transaction(pool, (sql) => sql.query("select pg_terminate_backend(pg_backend_pid())"));
  await expect(cut).rejects.toMatchObject({ code: "database-unavailable", retryable: true });
  // The pool replaces the connection.
  expect((await sqlOf(pool).query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});

test.each(["select $1::text", "select $1::jsonb"])("a text that cannot be kept is a bad request: %s", async (text) => {
  const { pool } = await openTestDatabase();
  const value = text.includes("jsonb") ? JSON.stringify({ secret: "a\0b" }) : "a\0b";
  const refused = await sqlOf(pool)
    .query(text, [value])
    .catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ code: "bad-request" });
  expect(JSON.stringify(refused)).not.toContain("secret");
  const lone = sqlOf(pool).query("select $1::jsonb", [JSON.stringify("\ud800")]);
  await expect(lone).rejects.toMatchObject({ code: "bad-request" });
});

test("what a statement itself did wrong keeps the server's code", async () => {
  const { pool } = await openTestDatabase();
  const twice = ["a", "a"].map((name) => sqlOf(pool).query(put, [name]));
  await expect(Promise.all(twice)).rejects.toMatchObject({ code: "23505" });
});
