import { once } from "node:events";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { deleteOldJobs } from "./delete-old-jobs.js";
import type { DurableRun, JobEngine, RenderJobTicket, RenderWork } from "./job-engine.js";
import { lockKey } from "./runner-seat.js";
import { createSignal, openJobLab, type JobLab } from "./testing/job-lab.js";

let lab: JobLab;
let api: JobEngine;
let runner: JobEngine | undefined;

beforeAll(async () => {
  lab = await openJobLab();
  api = await lab.open({ role: "api", work: async () => {} });
});
afterEach(async () => {
  await runner?.close(0);
  runner = undefined;
  await lab.database.pool.query("delete from dbos.workflow_status");
});
afterAll(async () => {
  await api.close(0);
  await lab.close();
});

type Options = Partial<Parameters<JobLab["open"]>[0]>;

/** Opens the one runner of this test. */
async function start(work: RenderWork, options: Options = {}): Promise<JobEngine> {
  runner = await lab.open({ work, ...options });
  return runner;
}

/** Work that lasts until it is stopped, and who was given it. */
function endlessWork() {
  const runs = new Map<string, DurableRun>();
  let begun = createSignal();
  const work: RenderWork = async ({ renderId }, run) => {
    runs.set(renderId, run);
    begun.come();
    begun = createSignal();
    if (!run.signal.aborted) await once(run.signal, "abort");
  };
  const runOf = async ({ renderId }: RenderJobTicket): Promise<DurableRun> => {
    for (;;) {
      const next = begun.came;
      const run = runs.get(renderId);
      if (run !== undefined) return run;
      await next;
    }
  };
  return { work, runOf };
}

/** Work that ends at once, and the order in which it came. */
function shortWork(count: number) {
  const order: string[] = [];
  const done = createSignal();
  const work: RenderWork = async ({ renderId }) => {
    if (order.push(renderId) === count) done.come();
  };
  return { work, order, done: done.came };
}

async function aborted({ signal }: DurableRun): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

describe("the waiting list", () => {
  it("gives out the highest priority first, then the oldest, and each run once however often it is submitted", async () => {
    const tickets = [
      await lab.ticket({ priority: -100 }),
      await lab.ticket({ priority: 0 }),
      await lab.ticket({ priority: 100 }),
    ];
    for (const ticket of tickets) await api.submit(ticket);
    const later = await lab.ticket({ priority: 0 });
    for (let again = 0; again < 3; again += 1) await api.submit(later);
    const { work, order, done } = shortWork(4);
    await start(work);
    await done;
    await api.submit(tickets[0]!);
    const [low, middle, high] = tickets.map(({ renderId }) => renderId);
    expect(order).toEqual([high, middle, later.renderId, low]);
  });

  it("gives out no more of a key at a time than its tickets say, and no more than the process may have", async () => {
    const mine = [await lab.ticket({ rendersAtOnce: 1 })];
    mine.push(await lab.ticket({ rendersAtOnce: 1, keyId: mine[0]!.keyId }));
    const others = [await lab.ticket(), await lab.ticket(), await lab.ticket()];
    for (const [age, ticket] of [...mine, ...others].entries()) {
      await api.submit(ticket);
      // Two that come within a millisecond are of one age, and either may be first.
      await lab.database.pool.query("update dbos.workflow_status set created_at = $2 where workflow_uuid = $1", [
        `${ticket.renderId}.1`,
        1000 + age,
      ]);
    }
    const { work, runOf } = endlessWork();
    const engine = await start(work, { concurrency: 3 });
    await Promise.all([mine[0]!, others[0]!, others[1]!].map(runOf));
    expect(engine.runningCount).toBe(3);
    // The key of the first has room again; the third of the others is younger.
    await api.cancel(mine[0]!);
    await runOf(mine[1]!);
    await api.cancel(others[0]!);
    await runOf(others[2]!);
    await Promise.all([mine[1]!, others[1]!, others[2]!].map((ticket) => api.cancel(ticket)));
  });

  it("gives out a run again that was marked as begun when the connection broke, and never was", async () => {
    const ticket = await lab.ticket();
    await api.submit(ticket);
    await lab.database.pool.query(
      "update dbos.workflow_status set status = 'PENDING', queue_name = 'runner/me' where workflow_uuid = $1",
      [`${ticket.renderId}.1`],
    );
    const { work, order, done } = shortWork(1);
    await start(work, { runnerId: "me", timing: { lostMs: 100 } });
    await done;
    expect(order).toEqual([ticket.renderId]);
  });

  it("hears of renders that were never submitted", async () => {
    const ticket = await lab.ticket();
    const { work, order, done } = shortWork(1);
    await start(work, { waiting: async () => [ticket] });
    await done;
    expect(order).toEqual([ticket.renderId]);
  });
});

describe("a cancel", () => {
  it("keeps a waiting run from ever beginning", async () => {
    const [cancelled, other] = [await lab.ticket(), await lab.ticket()];
    await api.submit(cancelled);
    await api.submit(other);
    await api.cancel(cancelled);
    await api.cancel(cancelled);
    const { work, order, done } = shortWork(1);
    await start(work);
    await done;
    expect(order).toEqual([other.renderId]);
  });

  it("reaches a run in work, and a run that nobody knows not", async () => {
    const ticket = await lab.ticket();
    const { work, runOf } = endlessWork();
    await start(work);
    await api.cancel(ticket);
    await api.submit(ticket);
    const run = await runOf(ticket);
    await api.cancel(ticket);
    await aborted(run);
    expect(run.isAbandoned).toBe(false);
  });

  it("reaches a run in its next life when its runner died of it, so that its end is noted", async () => {
    const ticket = await lab.ticket();
    const first = endlessWork();
    await start(first.work);
    await api.submit(ticket);
    await first.runOf(ticket);
    await runner!.close(0);
    await api.cancel(ticket);
    const second = endlessWork();
    await start(second.work);
    const run = await second.runOf(ticket);
    await aborted(run);
    expect(run.isAbandoned).toBe(false);
  });
});

describe("a run that does not come to its end", () => {
  it("goes on in the next release, which has a child more, and repeats nothing that was kept", async () => {
    const ticket = await lab.ticket();
    const calls: string[] = [];
    const call = (run: DurableRun, name: string) => run.child(name, async () => void calls.push(name));
    const stuck = createSignal();
    await start(
      async (_ticket, run) => {
        await call(run, "region 0");
        stuck.come();
        await call(run, "region 1").then(() => aborted(run));
        run.signal.throwIfAborted();
      },
      { version: "a" },
    );
    await api.submit(ticket);
    await stuck.came;
    await runner!.close(0);
    const done = createSignal();
    await start(
      async (_ticket, run) => {
        for (const name of ["new at first", "region 0", "region 1"]) await call(run, name);
        done.come();
      },
      { version: "b" },
    );
    await done.came;
    expect(calls.filter((name) => name === "region 0")).toHaveLength(1);
    expect(calls).toContain("new at first");
  });

  it("is called again when its work throws", async () => {
    const ticket = await lab.ticket();
    let calls = 0;
    const done = createSignal();
    await start(async () => {
      calls += 1;
      if (calls < 3) throw new Error("no database");
      done.come();
    });
    await api.submit(ticket);
    await done.came;
    expect(calls).toBe(3);
    expect(lab.logged).toContain("error the work on a render threw; it is called again");
  });
});

describe("a runner", () => {
  it("is alone in its process until it is closed, which may be said twice", async () => {
    const engine = await start(async () => {});
    await expect(lab.open({ work: async () => {} })).rejects.toMatchObject({ code: "internal-error" });
    await Promise.all([engine.close(0), engine.close(0)]);
    const { rows } = await lab.database.pool.query("select from understudy.runner");
    expect(rows).toHaveLength(0);
  });

  it("waits for what runs when it is closed", async () => {
    const ticket = await lab.ticket();
    const [begun, over] = [createSignal(), createSignal()];
    let isDone = false;
    await start(async () => {
      begun.come();
      await over.came;
      isDone = true;
    });
    await api.submit(ticket);
    await begun.came;
    const closing = runner!.close(60);
    over.come();
    await closing;
    expect(isDone).toBe(true);
  });

  it("loses nothing when every connection to the database breaks", async () => {
    const ticket = await lab.ticket();
    const [begun, over, done] = [createSignal(), createSignal(), createSignal<unknown>()];
    await start(async (_ticket, run) => {
      const value = run.child("region", async () => {
        begun.come();
        await over.came;
        return "made";
      });
      done.come(await value.catch((thrown: unknown) => thrown));
    });
    await api.submit(ticket);
    await begun.came;
    await breakConnections();
    over.come();
    expect(await done.came).toBe("made");
  });

  it("stops its work when its lock is gone for too long, and goes on with it when it has it again", async () => {
    const ticket = await lab.ticket();
    const { work, runOf } = endlessWork();
    await start(work, { runnerId: "runner_x", timing: { holdMs: 200 } });
    await api.submit(ticket);
    const run = await runOf(ticket);
    const thief = await stealLock("runner_x");
    await aborted(run);
    expect(run.isAbandoned).toBe(true);
    await thief.end();
    const next = await nextRun(runOf, ticket, run);
    expect(next.isAbandoned).toBe(false);
    await api.cancel(ticket);
  });

  it("goes on with what a dead one had, begun or not, and with a cancel that it did not live to see", async () => {
    const [begun, cancelled] = [await lab.ticket(), await lab.ticket()];
    for (const ticket of [begun, cancelled]) await api.submit(ticket);
    await lab.database.pool.query(
      `with dead as (
         insert into understudy.runner (id, role, version, started_at, seen_at) values ('dead', 'runner', '1', $1, $1))
       update dbos.workflow_status set queue_name = 'runner/dead', executor_id = 'dead',
         status = case workflow_uuid when $2 then 'PENDING' else status end`,
      [new Date(0), `${begun.renderId}.1`],
    );
    await api.cancel(cancelled);
    const { work, runOf } = endlessWork();
    await start(work, { concurrency: 2, timing: { takeoverMs: 100 } });
    const runs = await Promise.all([begun, cancelled].map(runOf));
    await aborted(runs[1]!);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([false, true]);
    expect(lab.logged).toContain("warn took over the work of a dead runner");
  });

  it("makes nothing more when another took over", async () => {
    const ticket = await lab.ticket();
    const { work, runOf } = endlessWork();
    const fenced = createSignal();
    const engine = await start(work, { onFenced: fenced.come });
    await api.submit(ticket);
    const run = await runOf(ticket);
    await lab.database.pool.query("update understudy.runner set taken_over_at = now()");
    await fenced.came;
    await aborted(run);
    expect(run.isAbandoned).toBe(true);
    await engine.close(0);
    const { work: second, order, done } = shortWork(1);
    await start(second);
    await done;
    expect(order).toEqual([ticket.renderId]);
  });
});

it("forgets runs that ended before, and nothing else", async () => {
  const [ended, waiting] = [await lab.ticket(), await lab.ticket()];
  await api.submit(ended);
  await api.cancel(ended);
  await api.submit(waiting);
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
  expect(await deleteOldJobs(lab.database, inHours(-1))).toBe(0);
  expect(await deleteOldJobs(lab.database, inHours(1))).toBe(1);
  const { rows } = await lab.database.pool.query("select workflow_uuid as id from dbos.workflow_status");
  expect(rows).toEqual([{ id: `${waiting.renderId}.1` }]);
});

/** A later life of the same run in the same process. */
async function nextRun(
  runOf: (ticket: RenderJobTicket) => Promise<DurableRun>,
  ticket: RenderJobTicket,
  before: DurableRun,
): Promise<DurableRun> {
  for (;;) {
    const run = await runOf(ticket);
    if (run !== before) return run;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function breakConnections(): Promise<void> {
  await lab.database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
}

/** Breaks a runner's connection, and is quicker than it to take the lock. */
async function stealLock(runnerId: string): Promise<Client> {
  const thief = new Client(lab.database.connection);
  await thief.connect();
  await thief.query(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid() and objsubid = 1
     and (classid::bigint << 32) | objid::bigint = ${lockKey("$1")}`,
    [runnerId],
  );
  await thief.query(`select pg_advisory_lock(${lockKey("$1")})`, [runnerId]);
  return thief;
}
