import { Client } from "pg";
import { expect, it, onTestFinished } from "vitest";
import type { Database } from "#postgres/database.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { lockKey } from "./runner-seat.js";
import { watchRunners, type RunnerWatch } from "./runner-watch.js";

const databaseOf = shareTestDatabase();
const takeoverMs = 6_000;

/** A watch with a clock of the test's own, over runners of which some hold their lock. */
async function watchOver(runners: Readonly<Record<string, "alive" | "dead">>) {
  const database: Database = databaseOf();
  await database.pool.query("delete from understudy.runner");
  const session = new Client(database.connection);
  await session.connect();
  onTestFinished(() => session.end());
  for (const [id, state] of Object.entries(runners)) {
    await database.pool.query(
      "insert into understudy.runner (id, role, version, started_at, seen_at) values ($1, 'runner', '1', $2, $2)",
      [id, new Date(0)],
    );
    if (state === "alive") await session.query(`select pg_advisory_lock(${lockKey("$1")})`, [id]);
  }
  let clock = 0;
  const open = (pool = database.pool): RunnerWatch => watchRunners(pool, "me", { takeoverMs }, () => clock);
  const watch = open();
  return { database, session, watch, open, pass: (milliseconds: number) => void (clock += milliseconds) };
}

const now = new Date("2026-07-01T00:00:00Z");

it("takes over a runner whose lock stayed free for long enough, once, and none that lives", async () => {
  const { watch, pass, database } = await watchOver({ me: "dead", dead: "dead", alive: "alive" });
  expect(await watch.look(now)).toEqual([]);
  pass(takeoverMs - 1);
  expect(await watch.look(now)).toEqual([]);
  pass(1);
  expect(await watch.look(now)).toEqual(["dead"]);
  pass(takeoverMs);
  expect(await watch.look(now)).toEqual([]);
  const { rows } = await database.pool.query("select id from understudy.runner where taken_over_at = $1", [now]);
  expect(rows).toEqual([{ id: "dead" }]);
});

it("counts anew when the runner came back in between", async () => {
  const { watch, pass, session } = await watchOver({ dead: "dead" });
  await watch.look(now);
  pass(takeoverMs / 2);
  await session.query(`select pg_advisory_lock(${lockKey("'dead'")})`);
  await watch.look(now);
  await session.query(`select pg_advisory_unlock(${lockKey("'dead'")})`);
  pass(takeoverMs / 2);
  expect(await watch.look(now)).toEqual([]);
});

it("counts anew after it lost the database itself, or was frozen", async () => {
  const { database, open, pass } = await watchOver({ dead: "dead" });
  let isAway = false;
  const query = (...given: unknown[]): unknown =>
    isAway
      ? Promise.reject(new Error("Connection terminated unexpectedly"))
      : Reflect.apply(database.pool.query, database.pool, given);
  const watch = open({ query, connect: () => database.pool.connect() } as unknown as Database["pool"]);
  await watch.look(now);
  pass(takeoverMs / 2);
  isAway = true;
  await expect(watch.look(now)).rejects.toThrow("does not answer");
  isAway = false;
  pass(takeoverMs / 2);
  expect(await watch.look(now)).toEqual([]);
  pass(takeoverMs + 1);
  expect(await watch.look(now)).toEqual([]);
  pass(takeoverMs);
  expect(await watch.look(now)).toEqual(["dead"]);
});

it("is one of many: of two that look at once, one takes over", async () => {
  const { watch, open, pass } = await watchOver({ dead: "dead" });
  const other = open();
  await Promise.all([watch.look(now), other.look(now)]);
  pass(takeoverMs);
  const taken = await Promise.all([watch.look(now), other.look(now)]);
  expect(taken.flat()).toEqual(["dead"]);
});
