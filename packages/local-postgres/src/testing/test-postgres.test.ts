import { expect, test } from "vitest";
import { openPostgres } from "#open-postgres.js";
import { ask } from "./ask.js";
import { openTestPostgres } from "./test-postgres.js";

test("each caller gets an empty database of its own on one server, and gives it back", async () => {
  const [one, other] = [await openTestPostgres(), await openTestPostgres()];
  await ask(one.connection, "create table only_here ()");
  expect(one.connection.host).toBe(other.connection.host);
  expect(await ask(other.connection, "select to_regclass('only_here')")).toEqual([null]);
  const given = await openPostgres({ folder: "/dev/null/x", databaseUrl: other.url });
  expect(given).toMatchObject({ isPrivate: false, version: other.version });
  await one.stop();
  await expect(ask(one.connection, "select 1")).rejects.toMatchObject({ code: "3D000" });
  expect(await ask(other.connection, "select 1")).toEqual([1]);
});
