import { openTestPostgres } from "@understudy/local-postgres/testing";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "./open-database.js";

const { signal } = new AbortController();
const config = { dataFolder: "/nowhere" };
const silent = () => undefined;

async function newServer() {
  const server = await openTestPostgres();
  onTestFinished(() => server.stop());
  return server;
}

test("the database of DATABASE_URL has its tables when it is open, and nothing is said", async () => {
  const { url } = await newServer();
  const lines: string[] = [];
  const database = await openDatabase(config, { env: { DATABASE_URL: url }, signal }, (line) => lines.push(line));
  onTestFinished(() => database.close());
  const own = new Client(database.connection);
  await own.connect();
  const { rows } = await own.query("select count(*)::integer as renders from understudy.render");
  await own.end();
  expect([rows, database.url, lines]).toEqual([[{ renders: 0 }], url, []]);
});

test("a user who may not make tables is told so, and no connection stays", async () => {
  const { url, connection } = await newServer();
  const owner = new Client(connection);
  await owner.connect();
  onTestFinished(() => owner.end());
  // Roles belong to the whole server.
  const role = `reader_${connection.database}`;
  await owner.query(`create role ${role} login`);
  const asReader = new URL(url);
  asReader.username = role;
  const refused = openDatabase(config, { env: { DATABASE_URL: asReader.href }, signal }, silent);
  await expect(refused).rejects.toMatchObject({
    code: "database-unavailable",
    message: "The tables cannot be made in the database (42501).",
  });
  const sessions = () => owner.query("select 1 from pg_stat_activity where usename = $1", [role]);
  await expect.poll(async () => (await sessions()).rows).toEqual([]);
  await owner.query(`drop role ${role}`);
});

test("a server that is not there is told with the next step, and without its address", async () => {
  const url = "postgresql://somebody:secret@127.0.0.1:1/x";
  const refused = await openDatabase(config, { env: { DATABASE_URL: url }, signal }, silent).catch(String);
  expect(refused).toContain("cannot be used (ECONNREFUSED)");
  expect(refused).not.toContain("secret");
});
