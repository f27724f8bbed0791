import type { Pool } from "pg";
import { sqlOf, transaction } from "#postgres/database.js";
import type { JobTiming } from "./job-timing.js";
import { lockKey } from "./runner-seat.js";

/** Looks after the other runners. */
export interface RunnerWatch {
  /**
   * One look; somebody calls it every beat.
   * @returns runners that were taken over by it. @throws the driver's error; then all counting starts anew.
   */
  look(now: Date): Promise<readonly string[]>;
  /** All counting starts anew. */
  forget(): void;
}

/**
 * Takes over runners whose lock stayed free for `takeoverMs`, by our own monotonic clock and as we saw it ourselves: an outage of the
 * database frees all locks, and for who was away the others' absence began when they came back.
 * @param clockMs monotonic milliseconds.
 */
export function watchRunners(
  pool: Pool,
  runnerId: string,
  timing: Pick<JobTiming, "takeoverMs">,
  clockMs: () => number = () => performance.now(),
): RunnerWatch {
  const freeSince = new Map<string, number>();
  let lookedAt = clockMs();

  const look = async (now: Date): Promise<readonly string[]> => {
    const startedAt = clockMs();
    // This process was frozen, and so may have been the machine.
    if (startedAt - lookedAt > timing.takeoverMs) freeSince.clear();
    const free = await runnersWithoutLock(pool, runnerId);
    lookedAt = clockMs();
    for (const id of freeSince.keys()) if (!free.includes(id)) freeSince.delete(id);
    for (const id of free) if (!freeSince.has(id)) freeSince.set(id, lookedAt);
    const dead = free.filter((id) => startedAt - freeSince.get(id)! >= timing.takeoverMs);
    const taken: string[] = [];
    for (const id of dead) if (await takeOver(pool, id, now)) taken.push(id);
    return taken;
  };
  return {
    forget: () => freeSince.clear(),
    look: (now) =>
      look(now).catch((thrown) => {
        freeSince.clear();
        throw thrown;
      }),
  };
}

async function runnersWithoutLock(pool: Pool, runnerId: string): Promise<readonly string[]> {
  const { rows } = await sqlOf(pool).query<{ id: string }>(
    `select id from understudy.runner
     where id <> $1 and taken_over_at is null and not exists (
       select from pg_locks
       where locktype = 'advisory' and granted and objsubid = 1
         and database = (select oid from pg_database where datname = current_database())
         and (classid::bigint << 32) | objid::bigint = ${lockKey("runner.id")})`,
    [runnerId],
  );
  return rows.map(({ id }) => id);
}

/** Marks the runner while its lock is ours: it comes back either before, and goes on, or after, and sees the mark. */
async function takeOver(pool: Pool, id: string, now: Date): Promise<boolean> {
  return transaction(pool, async (sql) => {
    const { rowCount } = await sql.query(
      `update understudy.runner set taken_over_at = $2
       where id = $1 and taken_over_at is null and pg_try_advisory_xact_lock(${lockKey("id")})`,
      [id, now],
    );
    return rowCount === 1;
  });
}
