// What the service takes: latency of its API while many renders wait and many clients watch, and whether its memory grows.
// Usage: node packages/understudy/bench/load.js [--queued 1000] [--streams 1000] [--minutes 2] [--rate 20] [--role api|all] [--json];
// build first. `api` has no runner beside it; `all` makes renders in the same process, `split` in another one.
import { mkdtemp, readFile, rm, chmod } from "node:fs/promises";
import http from "node:http";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createApiClient } from "../dist/testing/service-lab/api-client.js";
import { drawPair } from "../dist/testing/service-lab/draw-pair.js";
import { startServe } from "../dist/testing/service-lab/serve-process.js";

const { values } = parseArgs({
  options: {
    queued: { type: "string", default: "1000" },
    streams: { type: "string", default: "1000" },
    minutes: { type: "string", default: "2" },
    rate: { type: "string", default: "20" },
    role: { type: "string", default: "split" },
    json: { type: "boolean", default: false },
  },
});
const [queued, streams, minutes, rate] = ["queued", "streams", "minutes", "rate"].map((name) => Number(values[name]));

const folder = await mkdtemp(join(tmpdir(), "understudy-load-"));
await chmod(folder, 0o711);
const environment = {
  UNDERSTUDY_API_KEY: "us_load_test_key_0123456789abcdef",
  UNDERSTUDY_SERVER_REQUESTS_PER_MINUTE: "1000000",
  UNDERSTUDY_WORKERS: "1",
};
const data = ["--data", join(folder, "data")];
const server = await startServe(
  [...data, "--role", values.role === "split" ? "api" : values.role],
  environment,
  () => undefined,
);
const runner =
  values.role === "split" ? await startServe([...data, "--role", "runner"], environment, () => undefined) : undefined;
const client = createApiClient(() => server);

try {
  const { videoPath, photoPath } = await drawPair(folder, 4);
  const source = { uploadId: await client.upload(await readFile(videoPath), "video/mp4") };
  const face = { uploadId: await client.upload(await readFile(photoPath), "image/jpeg") };
  const order = {
    source,
    face,
    plan: { swap: [{ startSeconds: 0, endSeconds: 1 }] },
    consent: { attestedBy: "Load Test" },
  };

  const creating = [];
  const ids = [];
  for (let number = 0; number < queued; number++) {
    const before = performance.now();
    ids.push((await client.call("POST", "/v1/renders", order)).id);
    creating.push(performance.now() - before);
  }
  report("create", creating);

  let eventsSeen = 0;
  let streamsLost = 0;
  const agent = new http.Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const open = [];
  for (let number = 0; number < streams; number++) {
    // The newest wait longest.
    const url = `${server.url}/v1/renders/${ids[ids.length - 1 - (number % ids.length)]}/events`;
    const opened = new Promise((resolve, reject) => {
      const request = http.get(url, { agent, headers: { authorization: `Bearer ${server.apiKey}` } }, (response) => {
        response.on("data", (text) => (eventsSeen += String(text).split("\nevent:").length - 1));
        response.on("close", () => (streamsLost += 1));
        resolve(request);
      });
      request.on("error", reject);
    });
    open.push(await opened);
  }

  const latencies = { list: [], get: [], create: [] };
  const processes = { server: server.processId, ...(runner && { runner: runner.processId }) };
  const memory = Object.fromEntries(Object.keys(processes).map((name) => [name, []]));
  const begun = Date.now();
  let lastSample = 0;
  for (let number = 0; Date.now() - begun < minutes * 60_000; number++) {
    const kind = number % 20 === 0 ? "create" : number % 3 === 0 ? "list" : "get";
    const before = performance.now();
    if (kind === "create") ids.push((await client.call("POST", "/v1/renders", order)).id);
    else if (kind === "list") await client.call("GET", "/v1/renders?limit=20");
    else await client.call("GET", `/v1/renders/${ids[(number * 7919) % ids.length]}`);
    latencies[kind].push(performance.now() - before);
    if (Date.now() - lastSample > 10_000) {
      lastSample = Date.now();
      const seconds = (lastSample - begun) / 1000;
      for (const [name, samples] of Object.entries(memory))
        samples.push({ seconds, residentMb: await residentMbOf(processes[name]) });
    }
    await sleep(Math.max(0, begun + (1000 * (number + 1)) / rate - Date.now()));
  }
  for (const [kind, list] of Object.entries(latencies)) report(kind, list);
  const states = {};
  for (let cursor = ""; cursor !== undefined;) {
    const page = await client.call(
      "GET",
      `/v1/renders?limit=100${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    for (const { state } of page.renders) states[state] = (states[state] ?? 0) + 1;
    cursor = page.nextCursor ?? undefined;
  }
  console.log(
    `${streams} streams open, ${streamsLost} ended, ${eventsSeen} events seen; renders: ${JSON.stringify(states)}`,
  );
  for (const [name, samples] of Object.entries(memory)) {
    // The first sixth warms up.
    const settled = samples.slice(Math.ceil(samples.length / 6));
    const [first, last] = [settled[0], settled.at(-1)].map((sample) => sample?.residentMb.toFixed(0));
    const slope = slopeOf(settled).toFixed(2);
    console.log(`${name}: resident memory ${first} MB to ${last} MB; slope ${slope} MB a minute over ${minutes} min`);
  }
  if (values.json) console.log(JSON.stringify({ cores: cpus().length, node: process.version, memory }));
  for (const request of open) request.destroy();
} finally {
  await runner?.kill();
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

function report(what, list) {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]?.toFixed(1);
  console.log(
    `${what.padEnd(7)} ${String(sorted.length).padStart(6)} requests: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`,
  );
}

async function residentMbOf(processId) {
  const text = await readFile(`/proc/${processId}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? Number.NaN) / 1024;
}

/** Least squares, in MB a minute. */
function slopeOf(samples) {
  const count = samples.length;
  const meanX = samples.reduce((sum, { seconds }) => sum + seconds, 0) / count;
  const meanY = samples.reduce((sum, { residentMb }) => sum + residentMb, 0) / count;
  const above = samples.reduce((sum, { seconds, residentMb }) => sum + (seconds - meanX) * (residentMb - meanY), 0);
  const below = samples.reduce((sum, { seconds }) => sum + (seconds - meanX) ** 2, 0);
  return (60 * above) / below;
}
