import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { gate, startWorker, testEndpoint } from "./testing/start-worker.js";

const handler = (): string => "ok";

test.each(["SIGTERM", "SIGINT"])("%s ends an open poll at once", async (name) => {
  const endpoint = await testEndpoint();
  const worker = await startWorker(endpoint, { handler });
  await endpoint.until("take", 1);
  worker.process.emit(name);
  expect(await worker.ended).toBe(0);
});

test("the signal of the options does the same, and the process's own signals are left alone", async () => {
  const endpoint = await testEndpoint();
  const controller = new AbortController();
  const worker = await startWorker(endpoint, { handler, signal: controller.signal });
  await endpoint.until("take", 1);
  expect(worker.process.eventNames()).toEqual(["exit"]);
  controller.abort();
  expect(await worker.ended).toBe(0);
  expect(worker.process.eventNames()).toEqual([]);
});

test("a signal that is aborted from the start ends the worker before its first poll", async () => {
  const endpoint = await testEndpoint();
  const worker = await startWorker(endpoint, { handler, signal: AbortSignal.abort() });
  expect(await worker.ended).toBe(0);
  expect(endpoint.seen.filter(({ operation }) => operation === "job-take")).toEqual([]);
});

test("a job whose reply has begun to arrive is run and reported", async () => {
  const endpoint = await testEndpoint();
  const body = '{"id":"j1","input":0}';
  const begun = gate();
  let finish = (): void => undefined;
  endpoint.script("take", (response) => {
    response.writeHead(200, { "content-length": body.length });
    response.write(body.slice(0, 5), () => begun.open());
    finish = () => response.end(body.slice(5));
  });
  const worker = await startWorker(endpoint, { handler });
  await begun.opened;
  worker.process.emit("SIGTERM");
  // The worker gives up a poll without a reply two rounds of its event loop later.
  for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
  finish();
  expect(await worker.ended).toBe(0);
  expect(endpoint.seen.at(-1)).toMatchObject({ operation: "job-done", jobId: "j1" });
});

test("a reply that has arrived and was not yet read is run, too", async () => {
  const endpoint = await testEndpoint();
  let worker: Awaited<ReturnType<typeof startWorker>> | undefined;
  endpoint.script("take", (response) => {
    response.end('{"id":"j1","input":0}', () => worker?.process.emit("SIGTERM"));
  });
  worker = await startWorker(endpoint, { handler });
  expect(await worker.ended).toBe(0);
  expect(endpoint.seen.at(-1)).toMatchObject({ operation: "job-done", jobId: "j1" });
});

test("running jobs finish and report; nothing more is taken", async () => {
  const endpoint = await testEndpoint();
  const [started, held] = [gate(), gate()];
  const worker = await startWorker(endpoint, { handler: () => (started.open(), held.opened), concurrency: 2 });
  endpoint.give({ id: "j1", input: 0 });
  await started.opened;
  worker.process.emit("SIGTERM");
  endpoint.give({ id: "j2", input: 0 });
  held.open();
  expect(await worker.ended).toBe(0);
  const done = endpoint.seen.filter(({ operation }) => operation === "job-done");
  expect(done.map(({ jobId }) => jobId)).toEqual(["j1"]);
});

test("after its grace, a job's signal is aborted and the job is left to another worker", async () => {
  const endpoint = await testEndpoint();
  const started = gate();
  let hasCleanedUp = false;
  const worker = await startWorker(endpoint, {
    graceMs: 1,
    async handler(_job, { signal }) {
      started.open();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await new Promise((resolve) => setImmediate(resolve));
      hasCleanedUp = true;
    },
  });
  endpoint.give({ id: "j1", input: 0 });
  await started.opened;
  worker.process.emit("SIGTERM");
  expect(await worker.ended).toBe(0);
  expect(hasCleanedUp).toBe(true);
  expect(endpoint.seen.filter(({ operation }) => operation === "job-done")).toEqual([]);
});

test("a grace without end has no end", async () => {
  const endpoint = await testEndpoint();
  const started = gate();
  const worker = await startWorker(endpoint, {
    graceMs: Infinity,
    async handler(_job, { signal }) {
      started.open();
      // Longer than the millisecond after which Node would let such a timer go off.
      await new Promise((resolve) => setTimeout(resolve, 20));
      return signal.aborted;
    },
  });
  endpoint.give({ id: "j1", input: 0 });
  await started.opened;
  worker.process.emit("SIGTERM");
  expect(await worker.ended).toBe(0);
  expect(endpoint.seen.at(-1)).toMatchObject({ operation: "job-done", body: '{"output":false}' });
});

test("a second SIGTERM waits for nobody, not even for a handler that ignores its signal", async () => {
  const endpoint = await testEndpoint();
  const started = gate();
  const worker = await startWorker(endpoint, { handler: () => (started.open(), new Promise(() => undefined)) });
  endpoint.give({ id: "j1", input: 0 });
  await started.opened;
  worker.process.emit("SIGTERM");
  worker.process.emit("SIGTERM");
  expect(await worker.ended).toBe(0);
});

test("a second SIGTERM does not wait for a result that nobody takes: it stays in the spool", async () => {
  const endpoint = await testEndpoint();
  endpoint.script("done", "hang");
  const worker = await startWorker(endpoint, { handler });
  endpoint.give({ id: "j1", input: 0 });
  await endpoint.until("done", 1);
  worker.process.emit("SIGTERM");
  worker.process.emit("SIGTERM");
  expect(await worker.ended).toBe(0);
  const names = await readdir(worker.spoolFolder, { recursive: true });
  expect(names.filter((name) => name.endsWith("j1.result"))).toHaveLength(1);
});

test("SIGTERM ends the wait after a failure", async () => {
  const endpoint = await testEndpoint();
  endpoint.script("take", { status: 500 });
  const waits = gate();
  const random = (): number => (waits.open(), 1);
  const worker = await startWorker(
    endpoint,
    { handler },
    { backOffFirstMs: 3_600_000, backOffMaxMs: 3_600_000, random },
  );
  await waits.opened;
  worker.process.emit("SIGTERM");
  expect(await worker.ended).toBe(0);
});

test.each([
  { what: "the option", options: { handler, refreshWorker: true } },
  { what: "the returned member", options: { handler: () => ({ refresh_worker: true, a: 1 }) } },
  {
    what: "the context",
    options: { handler: (_job: unknown, context: { refreshWorker(): void }) => context.refreshWorker() },
  },
])("$what asks for a fresh worker: the result says so and this one ends", async ({ options }) => {
  const endpoint = await testEndpoint();
  const worker = await startWorker(endpoint, options);
  endpoint.give({ id: "j1", input: 0 }, { id: "j2", input: 0 });
  expect(await worker.ended).toBe(0);
  const done = endpoint.seen.filter(({ operation }) => operation === "job-done");
  expect(done.map(({ jobId, body }) => [jobId, JSON.parse(body).stopPod])).toEqual([["j1", true]]);
});
