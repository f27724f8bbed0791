// What a worker costs between jobs, beside the reference Python SDK in the same run: idle gap between queued jobs, 1,000
// queued jobs that do nothing, start-up time and memory. Both take their jobs from one endpoint of ours, in memory.
// Usage: node packages/runpod/bench/worker.js [--json]; build first. RUNPOD_PYTHON names a Python that has runpod; else the one
// that `npm run test:slow` made is taken, and without any the reference's columns are empty.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createEndpoint, createMemoryStore, listenEndpoints } from "../dist/endpoint/index.js";
import { workerEnvironment } from "../dist/protocol.js";

const folder = mkdtempSync(join(tmpdir(), "runpod-bench-"));
const entry = fileURLToPath(new URL("../dist/worker/index.js", import.meta.url));
const oursFile = join(folder, "handler.mjs");
writeFileSync(
  oursFile,
  `import { serve } from ${JSON.stringify(entry)};\nprocess.exit(await serve({ handler: ({ input }) => input }));\n`,
);
const theirsFile = join(folder, "handler.py");
writeFileSync(theirsFile, `import runpod\nrunpod.serverless.start({"handler": lambda job: job["input"]})\n`);
const made = fileURLToPath(new URL("../../../.cache/runpod-sdk/1.12.0/bin/python", import.meta.url));
const python = process.env.RUNPOD_PYTHON ?? (existsSync(made) ? made : undefined);

const store = createMemoryStore();
const finished = new Map();
let seen = () => {};
store.subscribe((event) => event.kind === "changed" && seen(event.jobId));
const endpoint = createEndpoint({ id: "bench", store, keys: ["bench"] });
const server = await listenEndpoints({ endpoints: [endpoint], host: "127.0.0.1", port: 0 });

const submit = async (count) => {
  const { handle } = endpoint;
  const ids = [];
  for (let n = 0; n < count; n += 1) {
    const body = Buffer.from(JSON.stringify({ input: { n } }));
    const request = {
      method: "POST",
      url: "/v2/bench/run",
      headers: { authorization: "bench" },
      readBody: async () => body,
      signal: new AbortController().signal,
    };
    ids.push(JSON.parse((await handle.call(endpoint, request)).body).id);
  }
  return ids;
};

/** Waits until all have ended; the time between two endings is what a queued job costs beside its work. */
const allEnded = (ids) =>
  new Promise((resolve) => {
    const open = new Set(ids);
    const check = async (id) => {
      if (!open.has(id)) return;
      const job = await store.get("bench", id);
      if (job === undefined || job.finishedAt === undefined) return;
      open.delete(id);
      finished.set(id, performance.now());
      if (open.size === 0) resolve();
    };
    seen = (id) => void check(id);
    for (const id of ids) void check(id);
  });

const memoryMB = (pid) =>
  Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? Number.NaN) / 1000;

async function measure(program, file, workerId) {
  const environment = workerEnvironment({
    serverUrl: server.url,
    endpointId: "bench",
    workerId,
    apiKey: "bench",
    pingIntervalMs: 2_000,
  });
  const [first] = await submit(1);
  const startedAt = performance.now();
  const child = spawn(program, [file], {
    env: { ...process.env, ...environment, RUNPOD_LOG_LEVEL: "ERROR" },
    stdio: ["ignore", "ignore", "ignore"],
  });
  await allEnded([first]);
  const startMs = performance.now() - startedAt;
  const eight = await submit(8);
  await allEnded(eight);
  const ends = eight.map((id) => finished.get(id)).toSorted((a, b) => a - b);
  const gapMs = (ends.at(-1) - ends[0]) / 7;
  const count = program === process.execPath ? 1_000 : 20;
  const manyAt = performance.now();
  await allEnded(await submit(count));
  const perJobMs = (performance.now() - manyAt) / count;
  const memory = memoryMB(child.pid);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
  return { startMs, gapMs, thousandMs: perJobMs * 1_000, memory, count };
}

try {
  const ours = await measure(process.execPath, oursFile, "ours");
  const theirs = python === undefined ? undefined : await measure(python, theirsFile, "theirs");
  if (process.argv.includes("--json")) console.log(JSON.stringify({ ours, theirs }));
  else {
    console.log(`${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.versions.node}\n`);
    const row = (name, unit, of) => {
      const [mine, other] = [of(ours), theirs && of(theirs)];
      const beside =
        other === undefined
          ? ""
          : `${other.toFixed(1)} ${unit}`.padStart(14) + `${(other / mine).toFixed(1)} x`.padStart(10);
      console.log(name.padEnd(48) + `${mine.toFixed(1)} ${unit}`.padStart(14) + beside);
    };
    console.log("".padEnd(48) + "ours".padStart(14) + (theirs === undefined ? "" : "Python SDK".padStart(14)));
    row("start to first result", "ms", ({ startMs }) => startMs);
    row("from one queued job's end to the next one's", "ms", ({ gapMs }) => gapMs);
    row(`1,000 queued jobs (reference: ${theirs?.count ?? 0}, scaled)`, "ms", ({ thousandMs }) => thousandMs);
    row("memory (PSS)", "MB", ({ memory }) => memory);
  }
} finally {
  await server.close();
  await endpoint.close();
  rmSync(folder, { recursive: true, force: true });
}
