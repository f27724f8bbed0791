import { describe, expect, it } from "vitest";
import { openEndpoint } from "#endpoint/testing/open-endpoint.js";

describe("taking jobs", () => {
  it("gives the oldest one, or 204 when none came in time", async () => {
    const { ask, submit } = openEndpoint();
    const first = await submit(1);
    await submit(2, { webhook: "https://hooks.example/x" });
    expect((await ask("GET", "job-take/w?job_in_progress=0")).json).toEqual({ id: first, input: 1 });
    expect((await ask("GET", "job-take/w&job_in_progress=1")).json).toMatchObject({
      input: 2,
      webhook: "https://hooks.example/x",
    });
    const empty = await ask("GET", "job-take/w?");
    expect([empty.status, empty.body]).toEqual([204, undefined]);
  });

  it("holds the poll until a job comes", async () => {
    const { ask, submit, endpoint } = openEndpoint({ pollMs: 60_000 });
    const poll = ask("GET", "job-take/w?job_in_progress=0");
    await new Promise((resolve) => setImmediate(resolve));
    expect(endpoint.workers()).toMatchObject([{ workerId: "w", isPolling: true, isBusy: false }]);
    const id = await submit();
    expect((await poll).json.id).toBe(id);
    expect(endpoint.workers()).toMatchObject([{ isPolling: false, isBusy: true }]);
  });

  it("gives a batch as an array of at most as many as were asked for", async () => {
    const { ask, submit } = openEndpoint();
    const ids = [await submit(), await submit(), await submit()];
    expect((await ask("GET", "job-take-batch/w?gpu=x&batch_size=2")).json.map(({ id }: { id: string }) => id)).toEqual(
      ids.slice(0, 2),
    );
    expect((await ask("GET", "job-take-batch/w?batch_size=9")).json).toHaveLength(1);
    expect((await ask("GET", "job-take-batch/w?batch_size=nine")).status).toBe(204);
  });

  it("lets a job that could not be sent wait again at once, as if it had not been taken", async () => {
    const { ask, submit, store } = openEndpoint();
    const id = await submit();
    (await ask("GET", "job-take/gone?")).undelivered?.();
    expect((await ask("GET", "job-take/w?")).json.id).toBe(id);
    expect(await store.get("e", id)).toMatchObject({ workerId: "w", attempts: 1, takeovers: 0 });
  });

  it("gives no job to a poll that has hung up while it was held", async () => {
    const { ask, submit, store } = openEndpoint({ pollMs: 60_000 });
    const hangUp = new AbortController();
    const poll = ask("GET", "job-take/w?", { signal: hangUp.signal });
    await new Promise((resolve) => setImmediate(resolve));
    hangUp.abort();
    const id = await submit();
    expect((await poll).status).toBe(204);
    expect(await store.get("e", id)).toMatchObject({ status: "IN_QUEUE", attempts: 0 });
  });

  it("ends every held poll when the endpoint closes", async () => {
    const { ask, endpoint } = openEndpoint({ pollMs: 60_000 });
    const polls = [ask("GET", "job-take/w?"), ask("GET", "job-stop/w?")];
    await new Promise((resolve) => setImmediate(resolve));
    await endpoint.close();
    expect((await Promise.all(polls)).map(({ status }) => status)).toEqual([204, 204]);
  });
});

describe("results", () => {
  it.each([
    ['{"output":{"a":1}}', { status: "COMPLETED", output: { a: 1 } }],
    ['{"output":null}', { status: "COMPLETED", output: null }],
    ["{}", { status: "COMPLETED" }],
    ['{"output":1,"error":null}', { status: "COMPLETED", output: 1 }],
    ['{"output":1,"error":""}', { status: "COMPLETED", output: 1 }],
    ['{"error":"broken"}', { status: "FAILED", error: "broken" }],
    ['{"output":{"b":2},"error":{"code":7}}', { status: "FAILED", output: { b: 2 }, error: { code: 7 } }],
    [
      '{"output":NaN}',
      { status: "FAILED", error: "The worker's result is not JSON from position 10 on (NaN is no JSON number)." },
    ],
    ["output=1", { status: "FAILED", error: "The worker's result is not JSON from position 0 on." }],
    ["", { status: "FAILED", error: "The worker's result is empty." }],
  ])("%s are kept, whatever their content type", async (rawBody, state) => {
    const { ask, submit, take } = openEndpoint();
    const id = await submit();
    await take("w");
    const headers = { "content-type": "application/x-www-form-urlencoded", "x-request-id": "another-job" };
    expect((await ask("POST", `job-done/w/${id}?gpu=x&isStream=false`, { rawBody, headers })).status).toBe(200);
    expect((await ask("GET", `status/${id}`)).json).toEqual({
      id,
      workerId: "w",
      delayTime: 0,
      executionTime: 0,
      ...state,
    });
  });

  it("that come twice are answered 200, and the first one stays", async () => {
    const { ask, submit, take } = openEndpoint();
    const id = await submit();
    await take("w");
    for (const output of [1, 2]) {
      expect((await ask("POST", `job-done/w/${id}`, { body: { output } })).status).toBe(200);
    }
    expect((await ask("POST", `job-done/w/${id}`, { body: { error: "late" } })).status).toBe(200);
    expect((await ask("GET", `status/${id}`)).json).toMatchObject({ status: "COMPLETED", output: 1 });
  });

  it("of a job that is not there are 404", async () => {
    const { ask } = openEndpoint();
    expect((await ask("POST", "job-done/w/unknown", { body: { output: 1 } })).status).toBe(404);
  });

  it("that are too large fail the job with the number, and are answered 400", async () => {
    const { ask, submit, take } = openEndpoint({ maxRunSyncBodyBytes: 1_000 });
    const id = await submit();
    await take("w");
    const error = "The result has 2013 bytes; at most 1000 bytes are kept. Return a URL.";
    expect(await ask("POST", `job-done/w/${id}`, { body: { output: "x".repeat(2_000) } })).toMatchObject({
      status: 400,
      json: { error },
    });
    expect((await ask("GET", `status/${id}`)).json).toMatchObject({ status: "FAILED", error });
  });

  it("with stopPod tell whoever runs the worker", async () => {
    const stopped: string[] = [];
    const { ask, submit, take } = openEndpoint({ onStopPod: (workerId) => stopped.push(workerId) });
    const id = await submit();
    await take("w");
    await ask("POST", `job-done/w/${id}`, { body: { output: 1, stopPod: true } });
    expect(stopped).toEqual(["w"]);
  });
});

describe("progress", () => {
  it("is the output while the job runs, and never after its end", async () => {
    const { ask, submit, take } = openEndpoint();
    const id = await submit();
    await take("w");
    const progress = (output: unknown) => ask("POST", `job-done/w/${id}`, { body: { status: "IN_PROGRESS", output } });
    await progress("half");
    expect((await ask("GET", `status/${id}`)).json).toMatchObject({ status: "IN_PROGRESS", output: "half" });
    await ask("POST", `job-done/w/${id}`, { body: { output: "all" } });
    expect((await progress("late")).status).toBe(200);
    expect((await ask("GET", `status/${id}`)).json).toMatchObject({ status: "COMPLETED", output: "all" });
  });
});

describe("chunks", () => {
  it.each([
    ["NaN", "", 400],
    ["{}", "", 400],
    ['{"output":1}', "?sequence=-1", 400],
    ['{"output":1}', "?sequence=1.5", 400],
    [JSON.stringify({ output: "x".repeat(1_001_000) }), "", 413],
  ])("that are none are refused", async (rawBody, query, status) => {
    const { ask, submit, take } = openEndpoint();
    const id = await submit();
    await take("w");
    expect((await ask("POST", `job-stream/w/${id}${query}`, { rawBody })).status).toBe(status);
  });

  it("may be a million bytes, and are refused when too many wait or the job has ended", async () => {
    const { ask, submit, take } = openEndpoint({ maxStreamBytes: 1_000_002 });
    const id = await submit();
    await take("w");
    const send = (output: unknown) => ask("POST", `job-stream/w/${id}`, { body: { output } });
    expect((await send("x".repeat(1_000_000))).status).toBe(200);
    expect(await send("more")).toMatchObject({
      status: 409,
      json: { error: expect.stringContaining("1000002 bytes") },
    });
    await ask("GET", `stream/${id}`);
    expect((await send("more")).status).toBe(200);
    await ask("POST", `cancel/${id}`);
    expect((await send("late")).status).toBe(409);
  });
});

describe("the stop channel", () => {
  it("tells a worker which of its jobs to stop, once", async () => {
    const { ask, submit, take, store } = openEndpoint({ pollMs: 60_000 });
    const id = await submit();
    await take("w");
    const held = ask("GET", "job-stop/w?gpu=x");
    await ask("POST", `cancel/${id}`);
    expect((await held).json).toEqual({ jobsToStop: [id] });
    expect(await store.takeStops("e", "w")).toEqual([]);
  });

  it("says it again to a worker that goes on: the SDK drops a stop that comes before its task has begun", async () => {
    const { ask, submit } = openEndpoint();
    const id = await submit();
    await ask("GET", "job-take/w?");
    await ask("POST", `cancel/${id}`);
    expect((await ask("GET", "job-stop/w?")).json).toEqual({ jobsToStop: [id] });
    expect((await ask("GET", "job-stop/w?")).status).toBe(204);
    await ask("GET", `ping/w?job_id=${id}`);
    expect((await ask("GET", "job-stop/w?")).json).toEqual({ jobsToStop: [id] });
  });

  it("tells it again when the answer could not be sent", async () => {
    const { ask, submit, take } = openEndpoint();
    const id = await submit();
    await take("w");
    await ask("POST", `cancel/${id}`);
    (await ask("GET", "job-stop/w?")).undelivered?.();
    expect((await ask("GET", "job-stop/w?")).json).toEqual({ jobsToStop: [id] });
  });
});

describe("signs of life", () => {
  it("keep the jobs that they name, and no others", async () => {
    const { ask, submit, take, store, clock } = openEndpoint({ leaseMs: 1_000 });
    const [kept, lost] = [await submit(), await submit()];
    await take("w");
    await take("w");
    clock.now += 600;
    await ask("GET", `ping/w?job_id=${kept},../..,%00,&runpod_version=1.12.0`);
    clock.now += 600;
    expect(await store.sweep("e", { now: clock.now, maxAttempts: 3 })).toMatchObject({ requeued: 1 });
    expect((await store.get("e", kept))?.status).toBe("IN_PROGRESS");
    expect((await store.get("e", lost))?.status).toBe("IN_QUEUE");
  });

  it("of a worker that gives up are written down in printable characters", async () => {
    const { ask, endpoint, lines } = openEndpoint();
    const reason = encodeURIComponent(`two\nlines\0${"x".repeat(300)}`);
    await ask("GET", `ping/w?status=unhealthy&check=cuda&reason=${reason}&runpod_version=1.12.0`);
    expect(endpoint.workers()).toMatchObject([{ unhealthy: `cuda: two lines ${"x".repeat(246)}` }]);
    expect(lines).toEqual(["Worker w says that it is unhealthy and ends (check cuda)."]);
  });

  it("of at most a thousand jobs are looked at", async () => {
    const { ask, endpoint } = openEndpoint();
    const many = Array.from({ length: 1_500 }, (_, index) => `j${index}`).join(",");
    expect((await ask("GET", `ping/w?job_id=${many}`)).status).toBe(200);
    expect(endpoint.workers()).toMatchObject([{ isBusy: true }]);
  });
});

describe("a worker that has ended", () => {
  it("loses its jobs to others at once", async () => {
    const { endpoint, ask, submit, take } = openEndpoint();
    const id = await submit();
    await take("w");
    await endpoint.workerGone("w");
    expect(endpoint.workers()).toEqual([]);
    expect(await take("w2")).toBe(id);
    expect((await ask("GET", `status/${id}`)).json).toMatchObject({ workerId: "w2", retries: 1 });
  });
});
