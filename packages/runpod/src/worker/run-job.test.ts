import { expect, test } from "vitest";
import { z } from "zod";
import { JobFailure } from "./handler.js";
import type { ServeOptions } from "./serve-options.js";
import { runJob } from "./run-job.js";
import { workerVersion } from "./version.js";
import type { WorkerLogLine } from "./serve-options.js";

interface Run {
  readonly body: Record<string, unknown>;
  readonly hasFailed: boolean;
  readonly lines: readonly WorkerLogLine[];
}

/** Runs one job of this handler to its result. */
async function run(options: ServeOptions, input: unknown = 0): Promise<Run> {
  const lines: WorkerLogLine[] = [];
  const outcome = await runJob(
    { id: "j1", input },
    {
      options,
      identity: { workerId: "w1", hostName: "h1" },
      channel: { progress: async () => "done" },
      signal: new AbortController().signal,
      log: (line) => void lines.push(line),
      atWork: new Set(),
    },
  );
  if (outcome.kind !== "result") throw new Error("The job was stopped.");
  return { body: JSON.parse(outcome.body), hasFailed: outcome.hasFailed, lines };
}

test.each([
  { returned: undefined, body: { output: null } },
  { returned: { a: 1 }, body: { output: { a: 1 } } },
  { returned: {}, body: {} },
  { returned: { output: 1 }, body: { output: { output: 1 } } },
  { returned: { error: "no", a: 1 }, body: { output: { a: 1 }, error: "no" } },
  { returned: { error: { code: 7 } }, body: { error: { code: 7 } } },
  { returned: { error: null, a: 1 }, body: { output: { a: 1 } } },
  { returned: { refresh_worker: true }, body: { stopPod: true } },
  { returned: { refresh_worker: false, a: 1 }, body: { output: { a: 1 } } },
])("$returned becomes $body, as in the Python SDK", async ({ returned, body }) => {
  const sent = await run({ handler: () => returned });
  expect(sent.body).toEqual(body);
  expect(sent.hasFailed).toBe("error" in body);
});

test.each([
  {
    how: "throws",
    handler() {
      throw new TypeError("broken");
    },
  },
  { how: "rejects", handler: () => Promise.reject(new TypeError("broken")) },
])("a handler that $how fails the job with the SDK's report; the log says its type and place", async ({ handler }) => {
  const { body, lines } = await run({ handler });
  expect(JSON.parse(body["error"] as string)).toEqual({
    error_type: "TypeError",
    error_message: "broken",
    error_traceback: expect.stringContaining("run-job.test.ts"),
    hostname: "h1",
    worker_id: "w1",
    runpod_version: workerVersion,
  });
  expect(lines.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^The job failed \(TypeError at .*run-job\.test\.ts:\d+:\d+\)?\)\.$/),
  ]);
  expect(JSON.stringify(lines)).not.toContain("broken");
});

test.each([
  { thrown: "just text", message: "just text" },
  { thrown: { code: 7 }, message: '{"code":7}' },
  { thrown: undefined, message: "undefined" },
])("$thrown can be thrown, too", async ({ thrown, message }) => {
  const { body } = await run({ handler: () => Promise.reject(thrown) });
  expect(JSON.parse(body["error"] as string).error_message).toBe(message);
});

function broken(): never {
  throw new Error("broken");
}
const revoked = Proxy.revocable({}, {});
revoked.revoke();

test.each([
  { what: "a Proxy whose traps throw", thrown: revoked.proxy, message: "something that cannot be shown" },
  {
    what: "an error whose message throws",
    thrown: Object.defineProperty(new Error("a"), "message", { get: broken }),
    message: "something that cannot be shown",
  },
  {
    what: "an error whose message is an object",
    thrown: Object.assign(new Error("a"), { message: { code: 7 } }),
    message: '{"code":7}',
  },
  {
    what: "an error whose stack is a list",
    thrown: Object.assign(new Error("a"), { stack: [] }),
    message: "a",
  },
])("$what fails the job, and not the worker", async ({ thrown, message }) => {
  const { body } = await run({
    handler() {
      throw thrown;
    },
  });
  expect(JSON.parse(body["error"] as string)).toMatchObject({ error_message: message });
});

test("a JobFailure says exactly what it says", async () => {
  const { body } = await run({ handler: () => Promise.reject(new JobFailure("The photo shows no face.")) });
  expect(body).toEqual({ error: "The photo shows no face." });
});

test("what JSON cannot hold fails the job", async () => {
  const { body } = await run({ handler: () => ({ frames: [{ score: Number.NaN }] }) });
  expect(body["error"]).toContain("output.frames[0].score is NaN");
});

const schema = z.object({ prompt: z.string(), steps: z.array(z.object({ size: z.coerce.number() })) });

test("the handler gets what the schema made of the input", async () => {
  const { body } = await run({ input: schema, handler: ({ input }) => input }, { prompt: "a", steps: [{ size: "7" }] });
  expect(body).toEqual({ output: { prompt: "a", steps: [{ size: 7 }] } });
});

test("an input that does not pass fails the job with every issue, and the handler is not called", async () => {
  let calls = 0;
  const { body } = await run({ input: schema, handler: () => calls++ }, { steps: [{ size: "private" }] });
  expect(body["error"]).toMatch(/^The input is not valid: input\.prompt: .+; input\.steps\[0\]\.size: .+\.$/);
  expect(body["error"]).not.toContain("private");
  expect(calls).toBe(0);
});

test("a handler's own log lines carry the job's id", async () => {
  const { lines } = await run({ handler: (_job, { log }) => log("half done") });
  expect(lines).toEqual([{ level: "info", message: "half done", jobId: "j1" }]);
});
