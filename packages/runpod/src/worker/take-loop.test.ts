import { expect, test } from "vitest";
import { flashBootNotice } from "#protocol.js";
import { gate, startWorker, testEndpoint } from "./testing/start-worker.js";

const handler = (): string => "ok";

test("a queued job is taken and its result posted", async () => {
  const endpoint = await testEndpoint();
  const worker = await startWorker(endpoint, { handler: ({ input }) => ({ echo: input }) });
  endpoint.give({ id: "j1", input: { a: 1 } });
  const [done] = await endpoint.until("done", 1);
  expect(done).toMatchObject({ jobId: "j1", body: '{"output":{"echo":{"a":1}}}' });
  worker.process.emit("SIGTERM");
  expect(await worker.ended).toBe(0);
});

test("the handler sees the whole job, and its webhook", async () => {
  const endpoint = await testEndpoint();
  await startWorker(endpoint, { handler: ({ webhook, raw }) => ({ webhook, batch: raw["batchId"] }) });
  endpoint.give({ id: "j1", input: 0, webhook: "https://example.com/", batchId: "b" });
  const [done] = await endpoint.until("done", 1);
  expect(JSON.parse(done!.body)).toEqual({ output: { webhook: "https://example.com/", batch: "b" } });
});

test("the next poll follows the result at once, without a pause in between", async () => {
  const endpoint = await testEndpoint();
  // A pause of any kind would be an hour.
  await startWorker(endpoint, { handler }, { emptyFirstMs: 3_600_000, backOffFirstMs: 3_600_000 });
  endpoint.give({ id: "j1", input: 0 }, { id: "j2", input: 0 }, { id: "j3", input: 0 });
  await endpoint.until("done", 3);
  const order = endpoint.seen.filter(({ operation }) => operation !== "job-stop").map(({ operation }) => operation);
  expect(order.slice(0, 6)).toEqual(["job-take", "job-done", "job-take", "job-done", "job-take", "job-done"]);
});

test("says whether it is busy, and takes several jobs at once when it has room for several", async () => {
  const endpoint = await testEndpoint();
  const held = gate();
  await startWorker(endpoint, { handler: () => held.opened, concurrency: 3 });
  endpoint.give({ id: "j1", input: 0 }, { id: "j2", input: 0 });
  const [first] = await endpoint.until("takeBatch", 1);
  expect(first!.url).toBe("/v2/e1/job-take-batch/w1?gpu=local&batch_size=3&job_in_progress=0");
  const [second] = await endpoint.until("take", 1);
  expect(second!.url).toBe("/v2/e1/job-take/w1?gpu=local&job_in_progress=1");
  endpoint.give({ id: "j3", input: 0 });
  held.open();
  const jobIds = (await endpoint.until("done", 3)).map(({ jobId }) => jobId);
  expect(jobIds.toSorted()).toEqual(["j1", "j2", "j3"]);
});

test("more jobs than it asked for are all run, no more than allowed at a time", async () => {
  const endpoint = await testEndpoint();
  let running = 0;
  let most = 0;
  endpoint.script("take", { status: 200, body: '[{"id":"j1","input":0},{"id":"j2","input":0}]' });
  await startWorker(endpoint, {
    async handler() {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    },
  });
  await endpoint.until("done", 2);
  expect(most).toBe(1);
});

test("a bad job in a batch is reported and takes nothing from the others", async () => {
  const endpoint = await testEndpoint();
  endpoint.script("takeBatch", { status: 200, body: '[{"input":1},7,{"id":"j1"},{"id":"j2","input":null}]' });
  const worker = await startWorker(endpoint, { handler, concurrency: 2 });
  const done = await endpoint.until("done", 2);
  const bodies = Object.fromEntries(done.map(({ jobId, body }) => [jobId, body]));
  expect(bodies).toEqual({ j1: '{"error":"The job has no input."}', j2: '{"output":"ok"}' });
  expect(worker.lines.filter(({ level }) => level === "error").map(({ message }) => message)).toEqual([
    "A job cannot be run. The job has no id.",
    "A job cannot be run. The job is not an object.",
    "A job cannot be run. The job has no input.",
  ]);
});

test("a job that runs already is not started again", async () => {
  const endpoint = await testEndpoint();
  const held = gate();
  let starts = 0;
  const worker = await startWorker(endpoint, { handler: () => (starts++, held.opened), concurrency: 2 });
  endpoint.give({ id: "j1", input: 0 });
  await endpoint.until("take", 1);
  endpoint.give({ id: "j1", input: 0 });
  await endpoint.until("take", 2);
  held.open();
  await endpoint.until("done", 1);
  expect(starts).toBe(1);
  expect(worker.lines).toContainEqual(expect.objectContaining({ level: "warn", jobId: "j1" }));
});

test("a job that is twice in one batch is run once", async () => {
  const endpoint = await testEndpoint();
  endpoint.script("take", { status: 200, body: '[{"id":"j1","input":0},{"id":"j1","input":0}]' });
  await startWorker(endpoint, { handler });
  await endpoint.until("take", 2);
  expect(endpoint.seen.filter(({ operation }) => operation === "job-done")).toHaveLength(1);
});

test.each([
  { what: "500", answer: { status: 500 } },
  { what: "404", answer: { status: 404 } },
  { what: "a 400 of any other kind", answer: { status: 400 } },
  { what: "a reply that is not JSON", answer: { status: 200, body: "<html>" } },
  { what: "a job without an id", answer: { status: 200, body: '{"input":1}' } },
  { what: "an empty 200", answer: { status: 200, body: "" } },
  { what: "a broken connection", answer: "reset" },
] as const)("$what is followed by a wait that grows", async ({ answer }) => {
  const endpoint = await testEndpoint();
  endpoint.script("take", answer, answer, answer);
  const spans: number[] = [];
  const random = (): number => (spans.push(1), 1);
  const worker = await startWorker(endpoint, { handler }, { random });
  endpoint.give({ id: "j1", input: 0 });
  await endpoint.until("done", 1);
  expect(spans).toHaveLength(3);
  const warnings = worker.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
  expect(warnings).toHaveLength(2);
  expect(warnings[1]).toMatch(/No job could be taken \(.+\), 2 in a row/);
});

test.each([
  { what: "no job", answer: { status: 204 } },
  { what: "the notice of FlashBoot", answer: { status: 400, body: `{"error":"${flashBootNotice}"}` } },
])("$what is no failure; answers that were not held slow the polls down a little", async ({ answer }) => {
  const endpoint = await testEndpoint();
  endpoint.script("take", answer, answer);
  let pauses = 0;
  const worker = await startWorker(endpoint, { handler }, { random: () => (pauses++, 1) });
  endpoint.give({ id: "j1", input: 0 });
  await endpoint.until("done", 1);
  expect(pauses).toBe(2);
  expect(worker.lines.filter(({ level }) => level === "warn")).toEqual([]);
});

test("an empty answer that was held is followed by a poll at once", async () => {
  const endpoint = await testEndpoint();
  endpoint.script("take", { status: 204 });
  await startWorker(endpoint, { handler }, { heldMs: 0, emptyFirstMs: 3_600_000, emptyMaxMs: 3_600_000 });
  await endpoint.until("take", 2);
  expect(endpoint.seen.length).toBeGreaterThan(1);
});

test("429 waits as long as the server says", async () => {
  const endpoint = await testEndpoint();
  endpoint.script("take", { status: 429, headers: { "retry-after": "0" } });
  // Without the header, the wait would be an hour.
  await startWorker(endpoint, { handler }, { tooManyRequestsMs: 3_600_000 });
  expect(await endpoint.until("take", 2)).toHaveLength(2);
});

test("a poll that hangs is renewed", async () => {
  const endpoint = await testEndpoint();
  endpoint.script("take", "hang");
  await startWorker(endpoint, { handler }, { pollTimeoutMs: 20 });
  expect((await endpoint.until("take", 2)).length).toBeGreaterThan(1);
});

test.each([401, 403])("ends with status 1 after %i a few times in a row", async (status) => {
  const endpoint = await testEndpoint();
  const refusal = { status };
  endpoint.script("take", refusal, refusal, { status: 204 }, refusal, refusal, { status: 500 }, refusal);
  const worker = await startWorker(endpoint, { handler, maxRefusals: 3 });
  expect(await worker.ended).toBe(1);
  expect(endpoint.seen.filter(({ operation }) => operation === "job-take")).toHaveLength(7);
  expect(worker.lines.filter(({ level }) => level === "error")).toHaveLength(1);
});

test("no log line holds a key, an input, an output or a query", async () => {
  const endpoint = await testEndpoint();
  endpoint.script("take", { status: 500 }, "reset");
  endpoint.script("done", { status: 400, body: "private answer" });
  const worker = await startWorker(endpoint, { handler: () => "private output" });
  endpoint.give({ id: "j1", input: "private input" });
  await endpoint.until("take", 4);
  expect(JSON.stringify(worker.lines)).not.toMatch(/secret-key|private|gpu=/);
});
