import { describe, expect, it, onTestFinished } from "vitest";
import { createPool } from "#postgres/create-pool.js";
import type { Database } from "#postgres/database.js";
import { newOwner } from "#postgres/testing/new-owner.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { createRequestPace } from "./postgres-request-pace.js";

const database = shareTestDatabase();

/** As another process has it. */
function openPool(): Database["pool"] {
  const pool = createPool({ ...database().connection, max: 2 });
  onTestFinished(() => pool.end());
  return pool;
}

const { signal } = new AbortController();
const newBase = (): string => newOwner().replace("owner_", "app");

/** Lets time pass for a base, without waiting for it. */
async function pass(baseId: string, milliseconds: number): Promise<void> {
  await database().pool.query(
    "update understudy.airtable_base set next_request_at = next_request_at - $2 * interval '1 ms' where base_id = $1",
    [baseId, milliseconds],
  );
}

describe("the pace of requests to a base", () => {
  it("keeps its distance between those of all processes", async () => {
    const intervalMs = 8;
    const { pool } = database();
    await pool.query(`
      create table turns (base_id text, next_at timestamptz);
      create function note_turn() returns trigger language plpgsql as
        $$ begin insert into turns values (new.base_id, new.next_request_at); return null; end $$;
      create trigger turn after insert or update on understudy.airtable_base for each row execute function note_turn()`);
    onTestFinished(async () => void (await pool.query("drop table turns; drop function note_turn cascade")));
    const baseId = newBase();
    const paces = [1, 2, 3].map(() => createRequestPace(openPool(), { intervalMs }));
    await Promise.all(
      paces.map(async (pace) => {
        for (let i = 0; i < 8; i += 1) await pace.wait(baseId, signal);
      }),
    );
    const { rows } = await pool.query<{ microseconds: number | null }>(
      `select (extract(epoch from next_at - lag(next_at) over (order by next_at)) * 1000000)::int as microseconds
       from turns where base_id = $1`,
      [baseId],
    );
    const gaps = rows.flatMap(({ microseconds }) => microseconds ?? []);
    expect(gaps).toHaveLength(3 * 8 - 1);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(intervalMs * 1000);
  });

  it("lets the first request begin at once, and that of another base, too", async () => {
    const sleep = () => Promise.reject(new Error("It waited."));
    const pace = createRequestPace(database().pool, { sleep, intervalMs: 60_000 });
    const baseId = newBase();
    await pace.wait(baseId, signal);
    await pace.wait(newBase(), signal);
    await expect(pace.wait(baseId, signal)).rejects.toThrow("It waited.");
  });

  it("is a quarter of a second unless told otherwise", async () => {
    const { pool } = database();
    const clock = async () =>
      (await pool.query<{ now: Date }>("select clock_timestamp() as now")).rows[0]!.now.getTime();
    const baseId = newBase();
    const before = await clock();
    await createRequestPace(pool).wait(baseId, signal);
    const after = await clock();
    const { rows } = await pool.query<{ next: Date }>(
      "select next_request_at as next from understudy.airtable_base where base_id = $1",
      [baseId],
    );
    const next = rows[0]!.next.getTime();
    expect(next).toBeGreaterThanOrEqual(before + 250);
    expect(next).toBeLessThanOrEqual(after + 250);
  });

  it("stops for a hold also those who were waiting already", async () => {
    const baseId = newBase();
    const other = createRequestPace(openPool());
    const slept: number[] = [];
    const sleep = async (milliseconds: number) => {
      slept.push(milliseconds);
      await (slept.length === 1 ? other.hold(baseId, 30_000) : pass(baseId, 30_000));
    };
    const pace = createRequestPace(database().pool, { sleep, intervalMs: 10_000 });
    await pace.wait(baseId, signal);
    await pace.wait(baseId, signal);
    expect(slept[0]).toBeLessThanOrEqual(10_000);
    expect(slept[1]).toBeGreaterThan(20_000);
    expect(slept).toHaveLength(2);
  });

  it("does not shorten a hold by a shorter one, nor lets one last for ever", async () => {
    const baseId = newBase();
    const pace = createRequestPace(database().pool, { sleep: async (milliseconds) => Promise.reject(milliseconds) });
    const left = () => pace.wait(baseId, signal).catch((milliseconds: number) => milliseconds);
    await pace.hold(baseId, 300_000);
    await pace.hold(baseId, 1);
    expect(await left()).toBeGreaterThan(250_000);
    await pace.hold(baseId, 1e9);
    expect(await left()).toBeLessThanOrEqual(600_000);
  });

  it("takes a moment that is too far away for the rest of a clock that was set back", async () => {
    const sleep = () => Promise.reject(new Error("It waited."));
    const pace = createRequestPace(database().pool, { sleep, intervalMs: 60_000 });
    const baseId = newBase();
    await pace.hold(baseId, 1);
    await pass(baseId, -3_600_000);
    await pace.wait(baseId, signal);
    await expect(pace.wait(baseId, signal)).rejects.toThrow("It waited.");
  });

  it("ends a wait with the reason of its signal, before it or during it", async () => {
    const pace = createRequestPace(database().pool);
    const over = new AbortController();
    const baseId = newBase();
    await pace.hold(baseId, 60_000);
    const waiting = pace.wait(baseId, over.signal);
    over.abort(new Error("The service stops."));
    await expect(waiting).rejects.toThrow("The service stops.");
    await expect(pace.wait(newBase(), over.signal)).rejects.toThrow("The service stops.");
  });
});
