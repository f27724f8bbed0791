// How fast an endpoint hands out jobs, on a private PostgreSQL: takes a second with 1 and 16 takers at the store, beside the
// plainest statement that does it (the floor); and the time from a job's coming in to its being handed to a worker that
// holds a poll, over HTTP.
// Usage: node packages/runpod/bench/endpoint.js [JOBS]; build first.
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgres } from "@understudy/local-postgres";
import { Pool } from "pg";
import { createEndpoint, createPostgresStore, listenEndpoints } from "../dist/endpoint/index.js";

const jobCount = Number(process.argv[2] ?? 4_000);
const folder = mkdtempSync(join(tmpdir(), "endpoint-bench-"));
const server = await openPostgres({ folder });
const pool = new Pool({ ...server.connection, max: 16 });
const store = await createPostgresStore(pool);
const now = () => performance.timeOrigin + performance.now();
const newJob = (id) => ({
  endpointId: "bench",
  id,
  input: '{"n":1}',
  lowPriority: false,
  executionTimeoutMs: 600_000,
  expiresAt: now() + 3_600_000,
  keepResultMs: 60_000,
  createdAt: now(),
});
const fill = async (prefix) => {
  const ids = Array.from({ length: jobCount }, (_, n) => `${prefix}-${n}`);
  for (let n = 0; n < ids.length; n += 16)
    await Promise.all(ids.slice(n, n + 16).map((id) => store.submit(newJob(id))));
};
const takesPerSecond = async (takers, batch) => {
  let taken = 0;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: takers }, async (_, n) => {
      for (;;) {
        const [jobs] = await store.take("bench", [{ workerId: `w${n}`, limit: batch }], {
          now: now(),
          leaseUntil: now() + 60_000,
        });
        if (jobs.length === 0) return;
        taken += jobs.length;
      }
    }),
  );
  return taken / ((performance.now() - startedAt) / 1000);
};
const floor = async (takers) => {
  await pool.query("create temp table if not exists x (a int)").catch(() => {});
  await pool.query("drop table if exists bench_floor");
  await pool.query(
    "create table bench_floor (id bigint generated always as identity primary key, state smallint not null default 0, worker text)",
  );
  await pool.query("create index on bench_floor (id) where state = 0");
  await pool.query("insert into bench_floor (state) select 0 from generate_series(1, $1::int)", [jobCount]);
  const text =
    "update bench_floor set state = 1, worker = $1 where id = (select id from bench_floor where state = 0 order by id limit 1 for update skip locked) returning id";
  let taken = 0;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: takers }, async (_, n) => {
      while ((await pool.query({ name: "floor", text, values: [`w${n}`] })).rowCount > 0) taken += 1;
    }),
  );
  return taken / ((performance.now() - startedAt) / 1000);
};

try {
  console.log(
    `${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.versions.node}, PostgreSQL ${server.version}, ${jobCount} jobs\n`,
  );
  for (const takers of [1, 16]) {
    await fill(`take${takers}`);
    const ours = await takesPerSecond(takers, 1);
    const plain = await floor(takers);
    console.log(
      `${`takes a second, ${takers} taker${takers > 1 ? "s" : ""}`.padEnd(44)}${ours.toFixed(0).padStart(8)}   ${(ours / plain).toFixed(2)} of the plainest statement (${plain.toFixed(0)})`,
    );
  }
  await fill("batch");
  console.log(`${"takes a second, batches of 32".padEnd(44)}${(await takesPerSecond(1, 32)).toFixed(0).padStart(8)}`);

  const endpoint = createEndpoint({ id: "bench", store, keys: ["bench"] });
  const http = await listenEndpoints({ endpoints: [endpoint], host: "127.0.0.1", port: 0 });
  const headers = { authorization: "bench", "content-type": "application/json" };
  const url = `${http.url}/v2/bench`;
  const waits = [];
  for (let n = 0; n < 120; n += 1) {
    const polled = fetch(`${url}/job-take/w0?gpu=x&job_in_progress=0`, { headers });
    await new Promise((resolve) => setTimeout(resolve, 10));
    const startedAt = performance.now();
    const posted = fetch(`${url}/run`, { method: "POST", headers, body: '{"input":{}}' });
    const job = await (await polled).json();
    waits.push(performance.now() - startedAt);
    await (await posted).text();
    await (
      await fetch(`${url}/job-done/w0/${job.id}?gpu=x&isStream=false`, {
        method: "POST",
        headers,
        body: '{"output":1}',
      })
    ).text();
  }
  const sorted = waits.slice(20).toSorted((a, b) => a - b);
  console.log(
    `${"job in to job handed out, long poll, p50 / p95".padEnd(44)}${sorted[50].toFixed(1).padStart(8)} / ${sorted[95].toFixed(1)} ms`,
  );
  await http.close();
  await endpoint.close();
} finally {
  await store.close();
  await pool.end();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
