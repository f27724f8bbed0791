import runpodSdk from "runpod-sdk";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isTerminal, type JobState } from "#protocol.js";
import { ourContender, sdkContender, type HandlerKind } from "#testing/contenders.js";
import { openEndpointLab, type EndpointLab } from "#testing/endpoint-lab.js";
import { mockCases, refreshCase, type MockCase } from "#testing/mock-inputs.js";
import { runPythonClient } from "#testing/python-processes.js";
import { availableSdks } from "#testing/python-sdk.js";

const sdks = await availableSdks();
const beforeStopChannel = "runpod 1.9.1";
const contenders = [...sdks.map(sdkContender), ourContender];

/** Workers have one handler each; every handler has an endpoint of its own. */
const handlers: readonly { readonly id: string; readonly kind: HandlerKind; readonly isAggregate: boolean }[] = [
  { id: "plain", kind: "plain", isAggregate: false },
  { id: "async", kind: "async", isAggregate: false },
  { id: "generator", kind: "generator", isAggregate: false },
  { id: "generator-aggregate", kind: "generator", isAggregate: true },
  { id: "async-generator-aggregate", kind: "async-generator", isAggregate: true },
];
const hasEnded = ({ status }: JobState) => isTerminal(status);

describe.each(contenders)("our endpoint with workers of $name", (contender) => {
  let lab: EndpointLab;

  beforeAll(async () => {
    lab = await openEndpointLab([...handlers.map(({ id }) => id), "nobody"]);
    await Promise.all(handlers.map(({ id, ...start }) => lab.startWorker(contender, id, `worker-${id}`, start)));
  });
  afterAll(() => lab.close());

  test.each(mockCases)("answers $name", async (mock) => {
    await expectCase(lab, endpointOf(mock), mock);
  });

  test("shows progress while the job runs, and keeps none of it", async () => {
    const mock_progress = { updates: [{ step: 1 }], wait_time: 1 };
    const id = await lab.submit("plain", { mock_progress, mock_return: "end" });
    const running = await lab.stateOf("plain", id, ({ output }) => output !== undefined);
    expect(running).toMatchObject({ status: "IN_PROGRESS", output: { step: 1 }, workerId: "worker-plain" });
    const ended = await lab.stateOf("plain", id, hasEnded);
    expect(ended).toMatchObject({ status: "COMPLETED", output: "end" });
  });

  test.skipIf(contender.name === beforeStopChannel)(
    "stops a running job, and its worker takes the next one",
    async () => {
      const id = await lab.submit("async", { mock_progress: { updates: ["started"], wait_time: 600 } });
      await lab.stateOf("async", id, ({ output }) => output === "started");
      await lab.cancel("async", id);
      const next = await lab.submit("async", { mock_return: "next" });
      expect(await lab.stateOf("async", next, hasEnded)).toMatchObject({ status: "COMPLETED", output: "next" });
      const cancelled = await lab.stateOf("async", id, hasEnded);
      expect(cancelled).toMatchObject({ id, status: "CANCELLED" });
    },
  );

  test("answers the npm client", async () => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    const client = runpodSdk(lab.key, { baseUrl: `${lab.url}/v2` });
    const [plain, generator, nobody] = ["plain", "generator", "nobody"].map((id) => client.endpoint(id));
    expect(await plain?.runSync({ input: { mock_return: "npm" } })).toMatchObject({
      status: "COMPLETED",
      output: "npm",
    });
    const failed = await plain?.runSync({ input: { mock_error: true } });
    expect(failed).toMatchObject({ status: "FAILED", succeeded: false });

    const { id = "" } = (await generator?.run({ input: { mock_return: [1, 2] } })) ?? {};
    const chunks: unknown[] = [];
    for await (const chunk of generator?.stream(id) ?? []) chunks.push(chunk.output);
    expect(chunks).toEqual([1, 2]);
    expect(await generator?.status(id)).toMatchObject({ status: "COMPLETED", workerId: "worker-generator" });

    const waiting = await nobody?.run({ input: {} });
    expect(await nobody?.cancel(waiting?.id ?? "")).toMatchObject({ status: "CANCELLED" });
    await nobody?.run({ input: {} });
    expect((await nobody?.health())?.jobs.inQueue).toBe(1);
    expect(await nobody?.purgeQueue()).toEqual({ removed: 1, status: "completed" });
  });

  // A worker that asks for a fresh one may end: nothing comes after this.
  test("answers a job that asks for a fresh worker", async () => {
    await expectCase(lab, "plain", refreshCase);
  });
});

test.concurrent.for(sdks)(
  "our endpoint answers Endpoint and AsyncioEndpoint of runpod $version",
  async (sdk, { onTestFinished }) => {
    const lab = await openEndpointLab(["plain", "generator", "nobody"]);
    onTestFinished(() => lab.close());
    await lab.startWorker(ourContender, "plain", "worker-plain");
    await lab.startWorker(ourContender, "generator", "worker-generator", { kind: "generator" });
    const steps = await runPythonClient(sdk, {
      RUNPOD_ENDPOINT_BASE_URL: `${lab.url}/v2`,
      RUNPOD_API_KEY: lab.key,
      PLAIN: "plain",
      STREAM: "generator",
      NOBODY: "nobody",
    });
    expect(steps).toEqual({
      run_sync: "at once",
      "run_sync wraps": { text: "wrapped" },
      output: "later",
      status: "COMPLETED",
      "status of a failure": "FAILED",
      stream: ["a", { b: 1 }, 3],
      "status in the queue": "IN_QUEUE",
      cancel: "CANCELLED",
      "status after cancel": "CANCELLED",
      health: {
        jobs: { completed: 0, failed: 0, inProgress: 0, inQueue: 2, retried: 0 },
        workers: { idle: 0, initializing: 0, ready: 0, running: 0, throttled: 0 },
      },
      purge: { removed: 2, status: "completed" },
      "wrong key": "RuntimeError",
      "async output": "async",
      "async status": "COMPLETED",
      "async stream": [1, 2, 3],
      "async cancel": "CANCELLED",
      "async health": 1,
      "async purge": { removed: 1, status: "completed" },
    });
  },
);

const dying = { leaseMs: 3_000, maxAttempts: 2 };

test.concurrent.for(contenders)(
  "a job of a killed worker of $name goes to another, same result",
  async (contender, { onTestFinished }) => {
    const lab = await openEndpointLab(["killed"], dying);
    onTestFinished(() => lab.close());
    const first = await lab.startWorker(contender, "killed", "worker-1");
    const id = await lab.submit("killed", { mock_delay: 2, mock_return: "same" });
    await lab.stateOf("killed", id, ({ status }) => status === "IN_PROGRESS");
    await first.kill();
    await lab.startWorker(contender, "killed", "worker-2");
    const state = await lab.stateOf("killed", id, hasEnded);
    expect(state).toMatchObject({ status: "COMPLETED", output: "same", workerId: "worker-2", retries: 1 });
  },
);

test.concurrent.for(contenders)(
  "a job that takes every worker of $name with it has failed",
  async (contender, { onTestFinished }) => {
    const lab = await openEndpointLab(["crashed"], dying);
    onTestFinished(() => lab.close());
    const id = await lab.submit("crashed", { mock_crash: true });
    for (const workerId of ["worker-1", "worker-2"]) await lab.launchWorker(contender, "crashed", workerId).exited;
    const state = await lab.stateOf("crashed", id, hasEnded);
    expect(state).toMatchObject({ status: "FAILED", retries: 1 });
  },
);

function endpointOf({ kind, isAggregate }: MockCase): string {
  return isAggregate === true ? `${kind}-aggregate` : kind;
}

async function expectCase(lab: EndpointLab, endpointId: string, mock: MockCase): Promise<void> {
  const id = await lab.submit(endpointId, mock.input);
  const chunks = mock.chunks === undefined ? undefined : await lab.chunksOf(endpointId, id);
  const { status, output, error } = await lab.stateOf(endpointId, id, hasEnded);
  expect({ status, output, chunks }).toEqual({ status: mock.status, output: mock.output, chunks: mock.chunks });
  expect(String(error ?? "")).toContain(mock.error ?? "");
}
