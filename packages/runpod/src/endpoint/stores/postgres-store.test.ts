import { openTestPostgres, type TestPostgres } from "@understudy/local-postgres/testing";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeJobStore } from "#testing/job-store-contract.js";
import { endpointUnderTest, expectSaid, freshName } from "#testing/job-store-fixture.js";
import { createPostgresStore } from "./postgres-store.js";

let database: TestPostgres;
let pool: Pool;

beforeAll(async () => {
  database = await openTestPostgres();
  pool = new Pool({ ...database.connection, max: 20 });
  // `end` is fulfilled before the server has heard of it, and `stop` cuts what is still open.
  pool.on("error", () => undefined);
});

afterAll(async () => {
  await pool.end();
  await database.stop();
});

describeJobStore("the PostgreSQL store", () => createPostgresStore(pool));

describe("the PostgreSQL store", () => {
  it("tells every process what one of them did", async () => {
    const [one, other] = await Promise.all([createPostgresStore(pool), createPostgresStore(pool)]);
    const { add, endpointId } = endpointUnderTest(one);
    const id = await expectSaid(other, [{ kind: "queued", endpointId }], () => add());
    expect(await other.get(endpointId, id)).toMatchObject({ status: "IN_QUEUE" });
    await expectSaid(one, [{ kind: "changed", endpointId, jobId: id }], () => other.cancel(endpointId, id, 2_000));
    await Promise.all([one.close(), other.close()]);
  });

  it("lets many programs make its tables at the same moment", async () => {
    const schema = freshName("race").replaceAll("-", "_");
    const stores = await Promise.all(Array.from({ length: 6 }, () => createPostgresStore(pool, { schema })));
    const endpoints = stores.map((store) => endpointUnderTest(store, "same"));
    await Promise.all(endpoints.map(({ add }) => add()));
    expect(await endpoints[0]?.take("w", 2_000, 9)).toHaveLength(6);
    await Promise.all(stores.map((store) => store.close()));
  });

  it("keeps stores with other schemas apart, also over the same connections", async () => {
    const [one, other] = await Promise.all([
      createPostgresStore(pool, { schema: "one" }),
      createPostgresStore(pool, { schema: "other" }),
    ]);
    const id = await endpointUnderTest(one, "e").add();
    expect(await other.get("e", id)).toBeUndefined();
    expect(await endpointUnderTest(other, "e").take("w")).toEqual([]);
    expect(await endpointUnderTest(one, "e").take("w")).toEqual([id]);
    await Promise.all([one.close(), other.close()]);
  });

  it.each(["", "Jobs", "1st", 'a"; drop table job; --', "x".repeat(41)])(
    "refuses the schema name %j",
    async (schema) => {
      await expect(createPostgresStore(pool, { schema })).rejects.toThrow("A schema's name has 1 to 40 characters");
    },
  );

  it("refuses tables that a newer program made, and leaves the pool as it was", async () => {
    await (await createPostgresStore(pool, { schema: "newer" })).close();
    await pool.query("insert into newer.migration values (999)");
    await expect(createPostgresStore(pool, { schema: "newer" })).rejects.toThrow("made by a newer version");
    await pool.query("delete from newer.migration where number = 999");
    await (await createPostgresStore(pool, { schema: "newer" })).close();
  });

  it("goes on after every connection was cut, and says that anything may have changed", async () => {
    const own = new Pool({ ...database.connection, max: 5, application_name: "cut" });
    const store = await createPostgresStore(own);
    const { add, endpointId, get } = endpointUnderTest(store);
    const id = await add();
    await expectSaid(store, [{ kind: "anything" }], () =>
      pool.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut'"),
    );
    expect(await get(id)).toMatchObject({ status: "IN_QUEUE" });
    await expectSaid(store, [{ kind: "changed", endpointId, jobId: id }], () => store.cancel(endpointId, id, 2_000));
    await store.close();
    await own.end();
  });

  it("rejects an act whose connection is cut, and does the next one", async () => {
    const own = new Pool({ ...database.connection, max: 5, application_name: "cut while it waits" });
    const store = await createPostgresStore(own);
    const { add, endpointId, get } = endpointUnderTest(store);
    const id = await add();
    const holder = await holdJob(id);
    const cut = store.cancel(endpointId, id, 2_000).catch((error: unknown) => error);
    let pids: readonly number[] = [];
    while (pids.length === 0) pids = await waitingFor("cut while it waits");
    await pool.query("select pg_terminate_backend(pid) from unnest($1::int[]) as pid", [pids]);
    expect(await cut).toBeInstanceOf(Error);
    await holder.letGo();
    expect(await get(id)).toMatchObject({ status: "IN_QUEUE" });
    expect(await store.cancel(endpointId, id, 2_000)).toMatchObject({ isDone: true });
    await store.close();
    await own.end();
  });

  it("ends a job once when its worker, another worker and a cancel come at the same moment", async () => {
    const own = new Pool({ ...database.connection, application_name: "at once" });
    const store = await createPostgresStore(own);
    const { add, endpointId, get, sweep, take } = endpointUnderTest(store);
    const id = await add({ webhook: "https://example.com/" });
    await take("slow");
    await sweep(4_000);
    await take("next", 4_000);
    const holder = await holdJob(id);
    const acts = Promise.all([
      store.end(endpointId, id, "slow", { status: "COMPLETED", output: "1" }, 5_000),
      store.end(endpointId, id, "next", { status: "FAILED", error: "1" }, 5_000),
      store.cancel(endpointId, id, 5_000),
    ]);
    while ((await waitingFor("at once")).length < 3);
    expect(await sweep(99_000)).toMatchObject({ timedOut: 0 });
    await holder.letGo();
    const [slow, next, cancelled] = await acts;
    const ends = [slow === "ended", next === "ended", cancelled?.isDone === true];
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await get(id)).toMatchObject({ status: ["COMPLETED", "FAILED", "CANCELLED"][ends.indexOf(true)] });
    const { completed, failed } = await store.counts(endpointId);
    expect([completed, failed]).toEqual([Number(ends[0]), Number(ends[1])]);
    await store.close();
    await own.end();
  });

  it("lets no two sweeps, pings and lease extensions wait for one another", async () => {
    const store = await createPostgresStore(pool);
    const { add, endpointId, sweep, take } = endpointUnderTest(store);
    const ids = await Promise.all(Array.from({ length: 30 }, () => add()));
    await take("w", 2_000, 30);
    const acts = Array.from({ length: 10 }, (_, index) => [
      store.touch(endpointId, "w", index % 2 === 0 ? ids : [...ids].reverse(), {
        now: 3_000,
        leaseUntil: 5_000 + index,
      }),
      store.extendLeases(endpointId, 5_000 + index),
      sweep(3_000),
    ]);
    await Promise.all(acts.flat());
    expect(await sweep(5_008)).toMatchObject({ requeued: 0 });
    expect(await sweep(5_009)).toMatchObject({ requeued: 30 });
    await store.close();
  });

  it("hears no nonsense that someone else says on its channel", async () => {
    const store = await createPostgresStore(pool);
    const heard: unknown[] = [];
    store.subscribe((event) => heard.push(event));
    await expectSaid(store, [{ kind: "anything" }], async () => {
      for (const payload of ["", "{", "null", "7", "[]", '{"kind":"queued"}', '{"kind":"x","endpointId":"e"}']) {
        await pool.query("select pg_notify('understudy_endpoint', $1)", [payload]);
      }
      await pool.query(`select pg_notify('understudy_endpoint', '{"kind":"anything","endpointId":"e"}')`);
    });
    expect(heard).toEqual([{ kind: "anything" }]);
    await store.close();
  });

  it("ends what it holds when it is closed, so that its pool can end", async () => {
    const own = new Pool({ ...database.connection, max: 2 });
    const store = await createPostgresStore(own);
    await store.close();
    await own.end();
    expect(own.totalCount).toBe(0);
    expect(own.listenerCount("error")).toBe(0);
    await expect(endpointUnderTest(store).add()).rejects.toThrow(Error);
  });
});

/** Locks a job's row, so that acts on it wait. */
async function holdJob(id: string): Promise<{ letGo(): Promise<void> }> {
  const client = await pool.connect();
  await client.query("begin");
  await client.query("select from understudy_endpoint.job where id = $1 for update", [id]);
  const letGo = async () => {
    await client.query("rollback");
    client.release();
  };
  return { letGo };
}

/** Processes of a program's connections that wait for a lock. */
async function waitingFor(program: string): Promise<readonly number[]> {
  const { rows } = await pool.query<{ pid: number }>(
    "select pid from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'",
    [program],
  );
  return rows.map(({ pid }) => pid);
}
