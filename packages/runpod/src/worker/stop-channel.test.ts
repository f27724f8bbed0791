import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { workerVariables } from "#protocol.js";
import { createNudge } from "./nudge.js";
import { defaultPace } from "./seams.js";
import type { Sent } from "./send.js";
import { listenForStops } from "./stop-channel.js";
import { gate, startWorker, testEndpoint } from "./testing/start-worker.js";

test("a stopped job posts no result, and its slot is free though the handler ignores its signal", async () => {
  const endpoint = await testEndpoint();
  const [held, started] = [gate(), gate()];
  const signals: AbortSignal[] = [];
  const worker = await startWorker(endpoint, {
    async handler({ id }, { signal }) {
      signals.push(signal);
      if (id !== "j1") return "second";
      started.open();
      await held.opened;
      return "late";
    },
  });
  endpoint.give({ id: "j1", input: 0 });
  await started.opened;
  endpoint.stop("unknown", "j1");
  endpoint.give({ id: "j2", input: 0 });
  await endpoint.until("done", 1);
  held.open();
  await endpoint.until("take", 3);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  expect(endpoint.seen.filter(({ operation }) => operation === "job-done").map(({ jobId }) => jobId)).toEqual(["j2"]);
  expect(worker.lines).toContainEqual({ level: "info", message: "Stopped.", jobId: "j1" });
});

test("its URL is that of job-take, with its query", async () => {
  const endpoint = await testEndpoint();
  await startWorker(endpoint, { handler: () => 0 });
  const [poll] = await endpoint.until("stop", 1);
  expect(poll!.url).toBe("/v2/e1/job-stop/w1?gpu=local");
});

test("a server without the route is not asked again", async () => {
  const endpoint = await testEndpoint();
  endpoint.script("stop", { status: 404 });
  await startWorker(endpoint, { handler: () => 0 });
  endpoint.give({ id: "j1", input: 0 }, { id: "j2", input: 0 });
  await endpoint.until("done", 2);
  expect(await endpoint.until("stop", 1)).toHaveLength(1);
});

test.each([
  { what: "500", answer: { status: 500 } },
  { what: "429", answer: { status: 429, headers: { "retry-after": "0" } } },
  { what: "a reply of another shape", answer: { status: 200, body: '{"jobsToStop":"j1"}' } },
  { what: "a broken connection", answer: "reset" },
  { what: "an empty answer", answer: { status: 204 } },
] as const)("it goes on after $what, with a pause", async ({ answer }) => {
  const endpoint = await testEndpoint();
  endpoint.script("stop", answer, answer);
  const started = gate();
  const worker = await startWorker(endpoint, { handler: () => (started.open(), new Promise(() => undefined)) });
  endpoint.give({ id: "j1", input: 0 });
  await started.opened;
  endpoint.stop("j1");
  await endpoint.until("take", 2);
  expect(worker.lines).toContainEqual({ level: "info", message: "Stopped.", jobId: "j1" });
});

test("a job that comes shows that the endpoint is back: stops are asked for at once, however long the pause was to be", async () => {
  const ended = new AbortController();
  const nudge = createNudge(ended.signal);
  const stopped: string[] = [];
  const answers: Sent[] = [{ kind: "failed", why: "network", code: "ECONNREFUSED" }];
  const listening = listenForStops({
    url: "http://endpoint.test/job-stop/w",
    sender: {
      send: async () => answers.shift() ?? { kind: "reply", status: 200, text: '{"jobsToStop":["j1"]}' },
      close: () => undefined,
    },
    ended: ended.signal,
    pace: { ...defaultPace, backOffFirstMs: 1e6, backOffMaxMs: 1e6, random: () => 1 },
    log: () => undefined,
    stop: (jobId) => {
      stopped.push(jobId);
      ended.abort();
    },
    nudge,
  });
  await setImmediate();
  expect(stopped).toEqual([]);
  nudge.give();
  await listening;
  expect(stopped).toEqual(["j1"]);
});

test("without a URL to derive its own from, there is none, and jobs are taken one by one", async () => {
  const endpoint = await testEndpoint();
  const takeUrl = endpoint.env[workerVariables.takeUrl]!.replace("job-take", "ping");
  const env = { ...endpoint.env, [workerVariables.takeUrl]: takeUrl };
  const worker = await startWorker({ env }, { handler: () => 0, concurrency: 4 });
  const [poll] = await endpoint.until("ping", 1);
  expect(poll!.url).toBe("/v2/e1/ping/w1?gpu=local&job_in_progress=0");
  expect(endpoint.seen.filter(({ operation }) => operation === "job-stop")).toEqual([]);
  expect(worker.lines).toContainEqual(expect.objectContaining({ level: "debug" }));
});
