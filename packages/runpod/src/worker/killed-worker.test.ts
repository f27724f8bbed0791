import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { FakeEndpoint } from "./testing/fake-endpoint.js";
import { startWorker, testEndpoint, testFolder } from "./testing/start-worker.js";

/** A process of its own with this handler; it runs the compiled worker. */
async function startProcess(endpoint: FakeEndpoint, folder: string, handler: string) {
  const worker = new URL("./index.js", import.meta.url.replace(/\/src\/worker\/[^/]*$/, "/dist/worker/")).href;
  const program = join(folder, "program.mjs");
  const call = `serve({ handler: ${handler}, spoolFolder: ${JSON.stringify(folder)}, log: () => undefined })`;
  await writeFile(program, `import { serve } from ${JSON.stringify(worker)};\nprocess.exit(await ${call});\n`);
  const child = fork(program, [], { env: endpoint.env, execArgv: [], stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit").then(([status, signal]: unknown[]) => status ?? signal);
  return { child, exited };
}

test("a result survives a kill between its end and its delivery: the next worker sends it", async () => {
  const endpoint = await testEndpoint();
  const folder = await testFolder();
  endpoint.script("done", "hang");
  const { child, exited } = await startProcess(endpoint, folder, "() => ({ answer: 42 })");
  endpoint.give({ id: "j1", input: 0 });
  await endpoint.until("done", 1);
  child.kill("SIGKILL");
  expect(await exited).toBe("SIGKILL");
  await startWorker(endpoint, { handler: () => 0, spoolFolder: folder });
  const done = await endpoint.until("done", 2);
  expect(done.map(({ jobId, body }) => [jobId, body])).toEqual([
    ["j1", '{"output":{"answer":42}}'],
    ["j1", '{"output":{"answer":42}}'],
  ]);
});

test("a handler that ends the process fails its job: the next worker says so", async () => {
  const endpoint = await testEndpoint();
  const folder = await testFolder();
  const { exited } = await startProcess(endpoint, folder, "() => process.exit(3)");
  endpoint.give({ id: "j1", input: 0 });
  expect(await exited).toBe(3);
  await startWorker(endpoint, { handler: () => 0, spoolFolder: folder });
  const [done] = await endpoint.until("done", 1);
  expect(done!.body).toBe(`{"error":"The worker's process ended with status 3 while the job ran."}`);
});

test("stray code that fails fails the running jobs and ends the worker with status 1", async () => {
  const endpoint = await testEndpoint();
  const wait = 'new Promise((resolve) => signal.addEventListener("abort", resolve))';
  const handler = `(job, { signal }) => { Promise.reject(new TypeError("stray")); return ${wait}; }`;
  const { exited } = await startProcess(endpoint, await testFolder(), handler);
  endpoint.give({ id: "j1", input: 0 });
  const [done] = await endpoint.until("done", 1);
  expect(JSON.parse(done!.body).error).toContain("code outside of any job's own flow failed (TypeError)");
  expect(await exited).toBe(1);
});

test("an idle worker leaves at SIGTERM with status 0", async () => {
  const endpoint = await testEndpoint();
  const { child, exited } = await startProcess(endpoint, await testFolder(), "() => 0");
  await endpoint.until("take", 1);
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
});
