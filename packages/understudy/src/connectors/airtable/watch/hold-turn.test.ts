import { onTestFinished, describe, expect, it } from "vitest";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { holdTurn, type TurnOptions } from "./hold-turn.js";

const databaseOf = shareTestDatabase();
let bases = 0;

function newBase(): string {
  bases += 1;
  return `app${String(bases).padStart(14, "0")}`;
}

/** Somebody who wants the turn at a base. */
function want(baseId: string, options: Partial<TurnOptions> = {}) {
  const stop = new AbortController();
  const asked = holdTurn({
    connection: databaseOf().connection,
    baseId,
    signal: stop.signal,
    retryMs: 10,
    beatMs: 10,
    ...options,
  });
  asked.catch(() => undefined);
  onTestFinished(async () => {
    stop.abort();
    await asked.then(
      (turn) => turn.release(),
      () => undefined,
    );
  });
  return { asked, stop };
}

/** The process at PostgreSQL that has the lock. */
const holder = `select pid from pg_locks where locktype = 'advisory' and granted
  and (classid::bigint << 32 | objid::bigint) = hashtextextended('understudy.airtable/' || $1, 0)`;

/** Ends the session of whoever has the turn, as the death of its process would. */
async function killHolder(baseId: string): Promise<void> {
  await databaseOf().pool.query(`select pg_terminate_backend(pid) from (${holder}) held`, [baseId]);
}

/** Milliseconds since 1970. */
async function lastSignOfLife(baseId: string): Promise<number> {
  const { rows } = await databaseOf().pool.query<{ at: Date }>(
    `select query_start as at from pg_stat_activity where pid in (${holder})`,
    [baseId],
  );
  return rows[0]!.at.getTime();
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

describe("the turn at a base", () => {
  it("is one process's at a time, and the next one's when it is given back", async () => {
    const baseId = newBase();
    const first = await want(baseId).asked;
    const { asked } = want(baseId);
    const order: string[] = [];
    const second = asked.then((turn) => {
      order.push("second has it");
      return turn;
    });
    await first.transaction(async (sql) => void (await sql.query("select pg_sleep(0.05)")));
    order.push("first gives it back");
    await first.release();
    expect((await second).signal.aborted).toBe(false);
    expect(order).toEqual(["first gives it back", "second has it"]);
  });

  it("is not in the way of another base", async () => {
    await want(newBase()).asked;
    expect((await want(newBase()).asked).signal.aborted).toBe(false);
  });

  it("goes to the next one when its session dies, and what the first does then counts for nothing", async () => {
    const baseId = newBase();
    const first = await want(baseId).asked;
    const second = want(baseId);
    await databaseOf().pool.query("create table if not exists public.claimed (id text)");
    await killHolder(baseId);
    await Promise.all([second.asked, ended(first.signal)]);
    const claim = first.transaction(async (sql) => void (await sql.query("insert into claimed values ('twice')")));
    await expect(claim).rejects.toMatchObject({ code: "database-unavailable" });
    const { rows } = await databaseOf().pool.query("select from claimed");
    expect(rows).toEqual([]);
  });

  it("loses a transaction that was under way when the session died", async () => {
    const baseId = newBase();
    const turn = await want(baseId).asked;
    await databaseOf().pool.query("create table if not exists public.half (id text)");
    const claim = turn.transaction(async (sql) => {
      await sql.query("insert into half values ('half')");
      await killHolder(baseId);
    });
    await expect(claim).rejects.toMatchObject({ code: "database-unavailable" });
    expect((await databaseOf().pool.query("select from half")).rows).toEqual([]);
  });

  it("is ended by PostgreSQL when its process shows no sign of life", async () => {
    const baseId = newBase();
    const silent = await want(baseId, { beatMs: 60_000, silenceMs: 50 }).asked;
    await want(baseId).asked;
    await ended(silent.signal);
    expect(silent.signal.aborted).toBe(true);
  });

  it("shows signs of life by itself", async () => {
    const baseId = newBase();
    await want(baseId).asked;
    const first = await lastSignOfLife(baseId);
    await expect.poll(() => lastSignOfLife(baseId)).toBeGreaterThan(first);
  });

  it("keeps transactions apart, and goes on after one that failed", async () => {
    const turn = await want(newBase()).asked;
    const order: string[] = [];
    const failing = turn.transaction(async (sql) => {
      order.push("one begins");
      await sql.query("select pg_sleep(0.02)");
      order.push("one ends");
      throw new Error("no");
    });
    const next = turn.transaction(async () => void order.push("two"));
    await expect(failing).rejects.toThrow("no");
    await next;
    expect(order).toEqual(["one begins", "one ends", "two"]);
  });

  it("is not waited for any more after a stop", async () => {
    const baseId = newBase();
    await want(baseId).asked;
    const second = want(baseId);
    second.stop.abort(new Error("stopped"));
    await expect(second.asked).rejects.toThrow("stopped");
  });

  it("waits for a database that is away", async () => {
    const { connection } = databaseOf();
    let tries = 0;
    const coming = {
      ...connection,
      get database() {
        tries += 1;
        return tries === 1 ? "nowhere" : connection.database;
      },
    };
    const turn = await want(newBase(), { connection: coming }).asked;
    expect([turn.signal.aborted, tries]).toEqual([false, 2]);
  });
});
