import { afterEach, describe, expect, it } from "vitest";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import type { JobTiming } from "./job-timing.js";
import { takeSeat, type RunnerSeat } from "./runner-seat.js";
import { createSignal } from "./testing/job-lab.js";

const databaseOf = shareTestDatabase();
const seats: RunnerSeat[] = [];
let runners = 0;

afterEach(async () => {
  for (const seat of seats.splice(0)) await seat.leave();
});

/** A seat of a runner of its own, and what it tells. */
async function sit(timing: Partial<JobTiming> = {}, id = `runner_${(runners += 1)}`) {
  const [held, lost, fenced] = [createSignal(), createSignal(), createSignal()];
  const news: string[] = [];
  const seat = await takeSeat({
    connection: databaseOf().connection,
    runner: { id, role: "runner", version: "1" },
    timing: { beatMs: 20, holdMs: 3_000, takeoverMs: 6_000, ...timing },
    now: () => new Date("2026-07-01T00:00:00Z"),
    onNews: (text) => void news.push(text),
    onHeld: held.come,
    onLost: lost.come,
    onFenced: fenced.come,
  });
  seats.push(seat);
  return { id, seat, held: held.came, lost: lost.came, fenced: fenced.came };
}

describe("a runner's seat", () => {
  it("is held from the first moment until it is left", async () => {
    const { seat } = await sit();
    expect(seat.isHeld).toBe(true);
    await seat.leave();
    expect(seat.isHeld).toBe(false);
  });

  it("is taken again at once when its connection breaks, and is not lost meanwhile", async () => {
    const { id, seat, held, lost } = await sit();
    await databaseOf().pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like 'update understudy.runner%' and pid <> pg_backend_pid()",
    );
    expect(await Promise.race([held.then(() => "held"), lost.then(() => `lost ${id}`)])).toBe("held");
    expect(seat.isHeld).toBe(true);
  });

  it("is ended by PostgreSQL itself when the runner shows no sign of life", async () => {
    const { seat, held } = await sit({ beatMs: 60_000, takeoverMs: 50 });
    await held;
    expect(seat.isHeld).toBe(true);
  });

  it("is lost when no sign of life gets through for too long", async () => {
    const { seat, lost } = await sit({ beatMs: 60_000, holdMs: 50 });
    await lost;
    expect(seat.isHeld).toBe(false);
  });

  it("has no way back once another took over", async () => {
    const { id, seat, fenced, lost } = await sit();
    await databaseOf().pool.query("update understudy.runner set taken_over_at = now() where id = $1", [id]);
    await Promise.all([fenced, lost]);
    expect(seat.isHeld).toBe(false);
  });
});
