import { mkdir, writeFile } from "node:fs/promises";
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serveWith } from "./serve.js";
import type { ServeOptions, WorkerLogLine } from "./serve-options.js";
import { gate, quickPace, testFolder } from "./testing/start-worker.js";

/** Starts a worker without an endpoint. */
async function startLocal(options: ServeOptions, argv: readonly string[], cwd?: string) {
  const printed: string[] = [];
  const lines: WorkerLogLine[] = [];
  const process = new EventEmitter();
  const seams = { pace: quickPace, process, print: async (line: string) => void printed.push(line) };
  const folder = cwd ?? (await testFolder());
  const log = (line: WorkerLogLine): void => void lines.push(line);
  return { printed, lines, process, ended: serveWith({ env: {}, log, cwd: folder, argv, ...options }, seams) };
}

const handler: ServeOptions["handler"] = ({ id, input }) => ({ id, input });

test("one test job: its result is printed, its id is local_test, the status is 0", async () => {
  const { ended, printed } = await startLocal({ handler }, ["--test_input", '{"input":{"a":1}}']);
  expect(await ended).toBe(0);
  expect(printed).toEqual(['{"output":{"id":"local_test","input":{"a":1}}}']);
});

test("test_input.json is read, and the flag wins over it, also behind an endpoint", async () => {
  const cwd = await testFolder();
  await writeFile(join(cwd, "test_input.json"), '{"id":"mine","input":"file"}');
  const fromFile = await startLocal({ handler }, [], cwd);
  expect(await fromFile.ended).toBe(0);
  expect(fromFile.printed).toEqual(['{"output":{"id":"mine","input":"file"}}']);
  const env = { RUNPOD_WEBHOOK_GET_JOB: "http://127.0.0.1:1/job-take/$ID" };
  const fromFlag = await startLocal({ handler, env }, ['--test_input={"input":"flag"}'], cwd);
  expect(await fromFlag.ended).toBe(0);
  expect(fromFlag.printed).toEqual(['{"output":{"id":"local_test","input":"flag"}}']);
});

test("progress and streamed values are printed as they would be sent", async () => {
  const { ended, printed } = await startLocal(
    {
      *handler(_job: unknown, { progress }: { progress(value: unknown): void }) {
        progress("half");
        yield 1;
      },
    },
    ["--test_input", '{"input":0}'],
  );
  expect(await ended).toBe(0);
  expect(printed).toEqual(['{"status":"IN_PROGRESS","output":"half"}', '{"output":1}', '{"output":[]}']);
});

test("a failed test job ends with status 1", async () => {
  const { ended, printed } = await startLocal({ handler: () => ({ error: "no" }) }, ["--test_input", '{"input":0}']);
  expect(await ended).toBe(1);
  expect(printed).toEqual(['{"error":"no"}']);
});

test("Ctrl-C aborts the test job", async () => {
  const started = gate();
  const run = await startLocal(
    {
      handler: (_job, { signal }) => (
        started.open(),
        new Promise((resolve) => signal.addEventListener("abort", resolve))
      ),
    },
    ["--test_input", '{"input":0}'],
  );
  await started.opened;
  run.process.emit("SIGINT");
  expect(await run.ended).toBe(1);
  expect(run.process.eventNames()).toEqual([]);
});

test.each([
  { text: "{", problem: "The test job is not JSON." },
  { text: "[]", problem: "The test job must be a JSON object" },
  { text: "{}", problem: "The test job has no input." },
  { text: '{"input":null}', problem: "The test job has no input." },
])("$text is refused with status 1, as by the SDK", async ({ text, problem }) => {
  const { ended, lines } = await startLocal({ handler }, ["--test_input", text]);
  expect(await ended).toBe(1);
  expect(lines).toEqual([{ level: "error", message: expect.stringContaining(problem) }]);
});

test("a test_input.json that cannot be read ends it with status 2", async () => {
  const cwd = await testFolder();
  await mkdir(join(cwd, "test_input.json"));
  const { ended, lines } = await startLocal({ handler }, [], cwd);
  expect(await ended).toBe(2);
  expect(lines).toEqual([{ level: "error", message: "test_input.json cannot be read (EISDIR)." }]);
});

test("with nothing to do, it says what it needs", async () => {
  const { ended, lines } = await startLocal({ handler }, []);
  expect(await ended).toBe(1);
  expect(lines[0]!.message).toMatch(/RUNPOD_WEBHOOK_GET_JOB.+--test_input.+test_input\.json.+--rp_serve_api/);
});

test.each([
  { what: "a flag", options: { handler }, argv: ["--rp_api_port", "x"], named: "--rp_api_port" },
  { what: "the handler", options: {} as ServeOptions, argv: [], named: "`handler`" },
  { what: "the concurrency", options: { handler, concurrency: 0 }, argv: [], named: "concurrency" },
  {
    what: "the environment",
    options: { handler, env: { RUNPOD_WEBHOOK_GET_JOB: "http://a/job-take/$ID" } },
    argv: [],
    named: "RUNPOD_WEBHOOK_POST_OUTPUT",
  },
])("$what that cannot be used ends it with status 2 and is named", async ({ options, argv, named }) => {
  const { ended, lines } = await startLocal(options, argv);
  expect(await ended).toBe(2);
  expect(lines).toEqual([{ level: "error", message: expect.stringContaining(named) }]);
});

test("flags that are not the worker's are named and passed over", async () => {
  const { ended, lines } = await startLocal({ handler }, ["--model=secret", "--test_input", '{"input":0}']);
  expect(await ended).toBe(0);
  expect(lines).toEqual([{ level: "warn", message: "Not a flag of the worker: --model." }]);
});
