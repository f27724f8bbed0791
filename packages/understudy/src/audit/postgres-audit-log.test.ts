import { expect, test } from "vitest";
import { createPool } from "#postgres/create-pool.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { createPostgresAuditLog } from "./postgres-audit-log.js";
import { describeAuditLog, sampleEvent } from "./testing/describe-audit-log.js";

const now = new Date("2026-01-01T00:00:00.000Z");

const shared = shareTestDatabase();

/** The log of the installation, with nothing in it. */
async function emptyLog() {
  const { pool, connection } = shared();
  await pool.query("truncate understudy.audit_line, understudy.audit_head");
  return { pool, connection, log: createPostgresAuditLog(pool) };
}

async function newLog(lines: number) {
  const empty = await emptyLog();
  for (let number = 1; number <= lines; number += 1) await empty.log.append(sampleEvent(number), now);
  return empty;
}

describeAuditLog("PostgreSQL", async () => {
  const { pool } = await emptyLog();
  return () => createPostgresAuditLog(pool);
});

test("processes that append at once make one chain, and one that dies in between leaves nothing", async () => {
  const { pool, connection, log } = await newLog(0);
  const other = createPool({ ...connection, max: 2 });
  const logs = [log, createPostgresAuditLog(other)];
  const numbers = Array.from({ length: 20 }, (_, number) => number);
  const kills = "select pg_terminate_backend(pid) from pg_stat_activity where pid = $1";
  const { rows } = await other.query<{ pid: number }>("select pg_backend_pid() as pid");
  const appended = await Promise.allSettled([
    ...numbers.map((number) => logs[number % 2]?.append(sampleEvent(number), now)),
    pool.query(kills, [rows[0]?.pid]),
  ]);
  await other.end();
  const written = appended.slice(0, -1).filter(({ status }) => status === "fulfilled").length;
  expect(written).toBeGreaterThan(10);
  expect(await log.verify()).toMatchObject({ whole: true, lines: written });
});

test.each([
  ["a changed line", 2, "update understudy.audit_line set line = replace(line, '02', 'f2') where number = 2"],
  ["a space more", 2, "update understudy.audit_line set line = replace(line, ',', ', ') where number = 2"],
  ["a line that is no JSON", 2, "update understudy.audit_line set line = 'gone' where number = 2"],
  ["a removed line", 2, "delete from understudy.audit_line where number = 2"],
  ["a removed first line", 1, "delete from understudy.audit_line where number = 1"],
  ["a removed last line", 4, "delete from understudy.audit_line where number = 4"],
  ["nothing left but the head", 1, "delete from understudy.audit_line"],
  ["a line put in", 5, "insert into understudy.audit_line select 5, line from understudy.audit_line where number = 1"],
  [
    "a line put before all",
    1,
    "insert into understudy.audit_line select -1, line from understudy.audit_line where number = 4",
  ],
  ["a removed head", 1, "delete from understudy.audit_head"],
])("damage is found at its line, also after the next one: %s", async (_what, line, damage) => {
  const { pool, log } = await newLog(4);
  await pool.query(damage);
  expect(await log.verify()).toMatchObject({ whole: false, line });
  await log.append(sampleEvent(9), now);
  const verdict = await log.verify();
  expect(verdict).toMatchObject({ whole: false, line: damage.includes("audit_head") ? 5 : line });
});

test("an end that was written anew with right hashes is found", async () => {
  const other = await newLog(2);
  await other.log.append(sampleEvent(77), now);
  const { rows } = await other.pool.query<{ line: string }>("select line from understudy.audit_line where number = 3");
  const { pool, log } = await newLog(3);
  await pool.query("update understudy.audit_line set line = $1 where number = 3", [rows[0]?.line]);
  expect(await log.verify()).toMatchObject({ whole: false, line: 3 });
});

test("warns when the clock went back, but not for the length of a wait", async () => {
  const { log } = await newLog(2);
  await log.append(sampleEvent(3), new Date(now.getTime() - 5000));
  expect(await log.verify()).toMatchObject({ whole: true, warnings: [] });
  await log.append(sampleEvent(4), new Date("2025-12-31T00:00:00.000Z"));
  const warnings = ["Line 4 is earlier than the line before it: this machine's clock went back."];
  expect(await log.verify()).toMatchObject({ whole: true, lines: 4, warnings });
});
