import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Client } from "pg";
import type { Session } from "#connect.js";
import { findPackage } from "#find-package.js";
import { type Hold, holdServer } from "#hold-server.js";
import type { LocalPostgres, PostgresConnection } from "#model.js";
import { preparePlace } from "#place.js";
import { createDatabase, describeDatabase } from "#private-server.js";
import { preparePrograms } from "#programs.js";
import { removeAfterThisProcess } from "./remove-after-this-process.js";
import { copyTemplate, testFolder } from "./template.js";

/** A fresh, empty database for one test file; `stop` drops it. */
export type TestPostgres = LocalPostgres;

let running: Promise<Hold> | undefined;

/**
 * Hands out an empty database on a real server that all callers in this process share and that ends with the process,
 * however it ends. About 0.6 s for the first call of a process and 0.15 s for the next; 1.4 s more once per machine and
 * version, for initdb. Nothing is synced to disk.
 * @throws LocalPostgresError `no-binaries` where the npm programs do not run.
 */
export async function openTestPostgres(): Promise<TestPostgres> {
  running ??= startTestServer();
  const { connection } = (await running).session();
  const database = `test_${randomBytes(6).toString("hex")}`;
  const drop = () =>
    visit(connection, ({ client }) => client.query(`drop database if exists ${database} with (force)`));
  return await visit(connection, async (session) => {
    await createDatabase(session, database);
    return await describeDatabase(session, database, async () => void (await drop().catch(() => undefined)));
  });
}

/** A session of its own: the server's one does not keep this process from ending, not even while it waits for an answer. */
async function visit<T>(connection: PostgresConnection, act: (session: Session) => Promise<T>): Promise<T> {
  const client = new Client(connection);
  await client.connect();
  return await act({ client, connection }).finally(() => client.end());
}

async function startTestServer(): Promise<Hold> {
  const folder = join(await testFolder(), `run-${process.pid}-${randomBytes(4).toString("hex")}`);
  const place = await preparePlace(folder);
  removeAfterThisProcess(folder, place);
  await copyTemplate(place);
  const programs = await preparePrograms(findPackage(), place);
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
  const cluster = { place, programs, settings, startDeadlineMs: 60_000 };
  const hold = await holdServer(cluster, new AbortController().signal, () => undefined);
  // The server must not keep this process from ending. The types of pg leave `unref` out.
  (hold.session().client as Client & { unref(): void }).unref();
  return hold;
}
