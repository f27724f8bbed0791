import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Scripted } from "./testing/fake-endpoint.js";
import { startWorker, testEndpoint, testFolder } from "./testing/start-worker.js";

const handler = (): string => "ok";

/** Results below a spool's folder. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith(".result"));
}

test("a result has the SDK's form, and its own header with the job's id", async () => {
  const endpoint = await testEndpoint();
  await startWorker(endpoint, { handler });
  endpoint.give({ id: "j1", input: 0 }, { id: "j2", input: 0 });
  await endpoint.until("take", 3);
  const [done] = await endpoint.until("done", 2);
  expect(done!.url).toBe("/v2/e1/job-done/w1/j1?gpu=local&isStream=false");
  expect(done!.headers).toMatchObject({
    authorization: "secret-key",
    "content-type": "application/x-www-form-urlencoded",
    "x-request-id": "j1",
  });
  const others = endpoint.seen.filter(({ operation }) => operation !== "job-done");
  expect(others.filter(({ headers }) => "x-request-id" in headers)).toEqual([]);
});

const unavailable: Scripted = { status: 503 };
test.each([
  { what: "ten answers of 5xx", answers: Array.from({ length: 10 }, () => unavailable) },
  { what: "broken connections", answers: ["reset", "reset", "reset"] },
  { what: "429", answers: [{ status: 429 }] },
  { what: "a redirect", answers: [{ status: 302, headers: { location: "/login" } }] },
  { what: "a refused key", answers: [{ status: 401 }] },
  { what: "no answer", answers: ["hang"] },
] as { what: string; answers: Scripted[] }[])("a result survives $what", async ({ answers }) => {
  const endpoint = await testEndpoint();
  endpoint.script("done", ...answers);
  const worker = await startWorker(endpoint, { handler }, { resultTimeoutMs: 100 });
  endpoint.give({ id: "j1", input: 0 });
  const done = await endpoint.until("done", answers.length + 1);
  expect(new Set(done.map(({ body }) => body))).toEqual(new Set(['{"output":"ok"}']));
  await endpoint.until("take", 2);
  expect(await filesIn(worker.spoolFolder)).toEqual([]);
});

test.each([400, 404, 410, 413, 422])("status %i ends the attempts, and the log says why", async (status) => {
  const endpoint = await testEndpoint();
  endpoint.script("done", { status });
  const worker = await startWorker(endpoint, { handler });
  endpoint.give({ id: "j1", input: 0 });
  await endpoint.until("take", 2);
  expect(endpoint.seen.filter(({ operation }) => operation === "job-done")).toHaveLength(1);
  const line = worker.lines.find(({ level }) => level === "error");
  expect(line).toMatchObject({ jobId: "j1", message: expect.stringContaining(`status ${status}`) });
  expect(await filesIn(worker.spoolFolder)).toEqual([]);
});

test("a result is on disk before its first attempt", async () => {
  const endpoint = await testEndpoint();
  const spoolFolder = await testFolder();
  let found: Promise<readonly string[]> | undefined;
  endpoint.script("done", (response) => {
    found = filesIn(spoolFolder);
    void found.then(() => response.end());
  });
  await startWorker(endpoint, { handler, spoolFolder });
  endpoint.give({ id: "j1", input: 0 });
  await endpoint.until("take", 2);
  expect(await found).toEqual([expect.stringMatching(/j1\.result$/)]);
});

test("a result that nobody took in time stays on disk, and the next worker delivers it while it takes jobs", async () => {
  const endpoint = await testEndpoint();
  const spoolFolder = await testFolder();
  endpoint.script("done", unavailable);
  const first = await startWorker(endpoint, { handler, spoolFolder, resultDeadlineMs: 0 });
  endpoint.give({ id: "j1", input: 0 });
  await endpoint.until("take", 2);
  expect(first.lines).toContainEqual(expect.objectContaining({ level: "error", jobId: "j1" }));
  first.process.emit("SIGTERM");
  await first.ended;

  const env = { ...endpoint.env, RUNPOD_POD_ID: "w2" };
  const second = await startWorker({ env }, { handler, spoolFolder });
  const done = await endpoint.until("done", 2);
  // Under the name of the worker that took the job: the endpoint knows no other.
  expect(done[1]!.url).toBe("/v2/e1/job-done/w1/j1?gpu=local&isStream=false");
  second.process.emit("SIGTERM");
  await second.ended;
  expect(await filesIn(spoolFolder)).toEqual([]);
});

test("many results may wait at the same time", async () => {
  const endpoint = await testEndpoint();
  const jobs = Array.from({ length: 20 }, (_, index) => ({ id: `j${index}`, input: 0 }));
  endpoint.script("done", ...jobs.map(() => unavailable));
  const warnings: Error[] = [];
  const collect = (warning: Error): void => void warnings.push(warning);
  process.on("warning", collect);
  // They wait until the last one has been refused.
  await startWorker(endpoint, { handler, concurrency: 20 }, { backOffFirstMs: 50, backOffMaxMs: 50 });
  endpoint.give(...jobs);
  await endpoint.until("done", 40);
  process.off("warning", collect);
  expect(warnings).toEqual([]);
});

test("a worker without a place for its spool works all the same, and says so once", async () => {
  const endpoint = await testEndpoint();
  const worker = await startWorker(endpoint, { handler, spoolFolder: "/dev/null/spool" });
  endpoint.give({ id: "j1", input: 0 }, { id: "j2", input: 0 });
  await endpoint.until("done", 2);
  expect(worker.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
});
