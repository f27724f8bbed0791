import { describe, expect, it } from "vitest";
import { openEndpoint } from "#endpoint/testing/open-endpoint.js";

describe("submitting a job", () => {
  it("answers 200 with an id at once; the worker gets the input as it was written", async () => {
    const { ask } = openEndpoint();
    const rawBody =
      '{"input":{"n":12345678901234567890,"x":1.0},"s3Config":{"a":[1.50]},"webhookV2":"x","id":"mine","status":"y"}';
    const { status, json } = await ask("POST", "run", { rawBody });
    expect([status, json]).toEqual([200, { id: expect.stringMatching(/^[0-9a-f-]{36}-l1$/), status: "IN_QUEUE" }]);
    const taken = await ask("GET", "job-take/w?");
    expect(taken.body).toBe(
      `{"id":"${json.id}","input":{"n":12345678901234567890,"x":1.0},"s3Config":{"a":[1.50]},"webhookV2":"x","status":"y"}`,
    );
  });

  it.each(["null", "0", '""', "[]", "{}", "false"])("takes the input %s", async (input) => {
    const { ask } = openEndpoint();
    const { status } = await ask("POST", "run", { rawBody: `{"input":${input}}` });
    expect(status).toBe(200);
    expect((await ask("GET", "job-take/w?")).body).toContain(`"input":${input}`);
  });

  it.each([
    ["", "The body is empty."],
    ["{", "The body is not JSON from position 1 on."],
    ['{"input":NaN}', "The body is not JSON from position 9 on (NaN is no JSON number)."],
    ['{"Input":{}}', "`input` is missing; it may be any JSON value."],
    ['{"input":{},"webhook":5}', "`webhook` must be a URL."],
    [
      '{"input":{},"webhook":"ftp://x.example"}',
      "`webhook` must be an http:// or https:// URL without a user name or password.",
    ],
    [
      '{"input":{},"webhook":"https://a:secret@x.example"}',
      "`webhook` must be an http:// or https:// URL without a user name or password.",
    ],
    ['{"input":{},"policy":[]}', "`policy` must be an object."],
    ['{"input":{},"policy":{"lowPriority":1}}', "`policy.lowPriority` must be true or false."],
    [
      '{"input":{},"policy":{"executionTimeout":4999}}',
      "`policy.executionTimeout` must be a whole number of milliseconds from 5000 to 604800000.",
    ],
    [
      '{"input":{},"policy":{"ttl":1e20}}',
      "`policy.ttl` must be a whole number of milliseconds from 10000 to 604800000.",
    ],
    [
      '{"input":{},"policy":{"ttl":"60000"}}',
      "`policy.ttl` must be a whole number of milliseconds from 10000 to 604800000.",
    ],
  ])("refuses the body %s with a sentence that says why", async (rawBody, error) => {
    const { ask, store } = openEndpoint();
    expect(await ask("POST", "run", { rawBody })).toMatchObject({ status: 400, json: { error } });
    expect((await store.counts("e")).inQueue).toBe(0);
  });

  it("takes null for absent, as some clients write it", async () => {
    const { ask } = openEndpoint();
    const policy = { executionTimeout: null, ttl: null, lowPriority: null };
    expect((await ask("POST", "run", { body: { input: {}, webhook: null, policy } })).status).toBe(200);
    expect((await ask("POST", "run", { body: { input: {}, policy: null } })).status).toBe(200);
  });

  it("keeps policy and retention as the protocol says", async () => {
    const { ask, store, clock, submit } = openEndpoint();
    const id = await submit({}, { policy: { executionTimeout: 5_000, ttl: 10_000, lowPriority: true } });
    expect(await store.get("e", id)).toMatchObject({
      executionTimeoutMs: 5_000,
      expiresAt: clock.now + 10_000,
      lowPriority: true,
      keepResultMs: 1_800_000,
    });
    const sync = (await ask("POST", "runsync?wait=0", { body: { input: {} } })).json.id;
    expect(sync).toMatch(/^sync-[0-9a-f-]{36}-l1$/);
    expect(await store.get("e", sync)).toMatchObject({
      executionTimeoutMs: 600_000,
      expiresAt: clock.now + 86_400_000,
      lowPriority: false,
      keepResultMs: 60_000,
    });
  });

  it("gives the same job for the same idempotency key, and refuses a key that is none", async () => {
    const { ask, store } = openEndpoint();
    const run = (key: string) => ask("POST", "run", { body: { input: {} }, headers: { "idempotency-key": key } });
    const [first, again, other] = [await run("a"), await run("a"), await run("b")];
    expect(again.json).toEqual(first.json);
    expect(other.json.id).not.toBe(first.json.id);
    expect((await store.counts("e")).inQueue).toBe(2);
    for (const bad of ["", "with space", "é", "x".repeat(201)]) expect((await run(bad)).status).toBe(400);
  });

  it("refuses a body over its limit with the number, before it is read", async () => {
    const { ask } = openEndpoint({ maxRunBodyBytes: 100 });
    const body = { input: "x".repeat(100) };
    expect(await ask("POST", "run", { body })).toMatchObject({
      status: 413,
      json: { error: expect.stringContaining("100 bytes") },
    });
    expect((await ask("POST", "runsync?wait=0", { body })).status).toBe(200);
  });
});

describe("waiting for a job", () => {
  it("ends with the job, with its times, its worker and its output as it was written", async () => {
    const { ask, clock, take } = openEndpoint();
    const waiting = ask("POST", "runsync", { body: { input: {} } });
    await new Promise((resolve) => setImmediate(resolve));
    clock.now += 40;
    const id = await take("w");
    clock.now += 70;
    await ask("POST", `job-done/w/${id}?isStream=false`, { rawBody: '{"output":[1.0,"a"]}' });
    expect((await waiting).body).toBe(
      `{"id":"${id}","status":"COMPLETED","delayTime":40,"executionTime":70,"output":[1.0,"a"],"workerId":"w"}`,
    );
    expect((await ask("GET", `status/${id}?ttl=5`)).body).toBe((await waiting).body);
    expect((await ask("POST", `status-sync/${id}`)).body).toBe((await waiting).body);
  });

  it("ends when the time is up, with the id and the state", async () => {
    const { ask } = openEndpoint();
    const { status, json } = await ask("POST", "runsync?wait=1", { body: { input: {} } });
    expect([status, json]).toEqual([200, { id: expect.stringContaining("sync-"), status: "IN_QUEUE" }]);
    expect((await ask("GET", `status-sync/${json.id}?wait=1`)).json).toEqual(json);
    expect((await ask("GET", `status-sync/${json.id}?wait=soon`)).status).toBe(400);
  });

  it("ends when the client hangs up; the job goes on", async () => {
    const { ask, take } = openEndpoint();
    const hangUp = new AbortController();
    const waiting = ask("POST", "runsync", { body: { input: {} }, signal: hangUp.signal });
    const id = await take("w");
    hangUp.abort();
    expect((await waiting).json).toEqual({ id, status: "IN_PROGRESS" });
    await ask("POST", `job-done/w/${id}`, { body: { output: 1 } });
    expect((await ask("GET", `status/${id}`)).json).toMatchObject({ status: "COMPLETED", output: 1 });
  });

  it("ends when the endpoint closes", async () => {
    const { ask, endpoint } = openEndpoint();
    const waiting = ask("POST", "runsync", { body: { input: {} } });
    await new Promise((resolve) => setImmediate(resolve));
    await endpoint.close();
    expect((await waiting).json.status).toBe("IN_QUEUE");
    expect((await ask("GET", "health")).status).toBe(503);
  });

  it.each(["status", "status-sync", "stream", "cancel", "retry"])(
    "is 404 on /%s for a job that is not there",
    async (operation) => {
      const { ask } = openEndpoint();
      expect(await ask("POST", `${operation}/sync-1`)).toMatchObject({
        status: 404,
        json: { error: expect.stringContaining("no such job") },
      });
    },
  );
});

describe("streaming", () => {
  it("gives each chunk once, as it was written, and is held while there is none", async () => {
    const { ask, submit, take } = openEndpoint();
    const id = await submit();
    const held = ask("GET", `stream/${id}`);
    await take("w");
    await ask("POST", `job-stream/w/${id}?isStream=false`, { rawBody: '{"output":1.0}' });
    expect((await held).body).toBe('{"status":"IN_PROGRESS","stream":[{"output":1.0}]}');
    expect((await ask("POST", `stream/${id}?wait=1`)).json).toEqual({ status: "IN_PROGRESS", stream: [] });
    await ask("POST", `job-stream/w/${id}`, { body: { output: "b" } });
    await ask("POST", `job-done/w/${id}?isStream=true`, { body: { output: [] } });
    expect((await ask("GET", `stream/${id}`)).json).toEqual({ status: "COMPLETED", stream: [{ output: "b" }] });
    expect((await ask("GET", `stream/${id}`)).json).toEqual({ status: "COMPLETED", stream: [] });
  });

  it("puts chunks in order by their numbers and keeps one that is sent again once", async () => {
    const { ask, submit, take } = openEndpoint();
    const id = await submit();
    await take("w");
    for (const sequence of [1, 0, 1, 2]) {
      await ask("POST", `job-stream/w/${id}?sequence=${sequence}`, { body: { output: sequence } });
    }
    const { json } = await ask("GET", `stream/${id}`);
    expect(json.stream).toEqual([{ output: 0 }, { output: 1 }, { output: 2 }]);
  });

  it("gives chunks that could not be sent to the next one who asks, before newer ones", async () => {
    const { ask, submit, take } = openEndpoint();
    const id = await submit();
    await take("w");
    await ask("POST", `job-stream/w/${id}`, { body: { output: 1 } });
    (await ask("GET", `stream/${id}`)).undelivered?.();
    await ask("POST", `job-stream/w/${id}`, { body: { output: 2 } });
    expect((await ask("GET", `stream/${id}`)).json.stream).toEqual([{ output: 1 }, { output: 2 }]);
    expect((await ask("GET", `stream/${id}?wait=1`)).json.stream).toEqual([]);
  });

  it("drains nothing for a client that has hung up while it was held", async () => {
    const { ask, submit, take } = openEndpoint();
    const id = await submit();
    await take("w");
    const hangUp = new AbortController();
    const held = ask("GET", `stream/${id}`, { signal: hangUp.signal });
    await new Promise((resolve) => setImmediate(resolve));
    hangUp.abort();
    await ask("POST", `job-stream/w/${id}`, { body: { output: 1 } });
    await held;
    expect((await ask("GET", `stream/${id}`)).json.stream).toEqual([{ output: 1 }]);
  });
});

describe("commands", () => {
  it("cancel a job that waits or runs; one that has ended stays as it is", async () => {
    const { ask, submit, take, clock } = openEndpoint();
    const waiting = await submit();
    expect((await ask("POST", `cancel/${waiting}`, { body: {} })).json).toEqual({ id: waiting, status: "CANCELLED" });
    const running = await submit();
    await take("w");
    clock.now += 5;
    expect((await ask("POST", `cancel/${running}`)).json).toEqual({
      id: running,
      status: "CANCELLED",
      delayTime: 0,
      executionTime: 5,
    });
    await ask("POST", `job-done/w/${running}`, { body: { output: 1 } });
    expect(await ask("POST", `cancel/${running}`)).toMatchObject({ status: 200, json: { status: "CANCELLED" } });
  });

  it("retry a job that failed, and no other", async () => {
    const { ask, submit, take } = openEndpoint();
    const id = await submit({ a: 1 });
    expect(await ask("POST", `retry/${id}`)).toMatchObject({
      status: 409,
      json: { error: expect.stringContaining("IN_QUEUE") },
    });
    await take("w");
    await ask("POST", `job-done/w/${id}`, { body: { error: "no" } });
    expect((await ask("POST", `retry/${id}`)).json).toEqual({ id, status: "IN_QUEUE" });
    expect((await ask("GET", `status/${id}`)).json).not.toHaveProperty("error");
    expect((await ask("GET", "job-take/w2?")).json).toEqual({ id, input: { a: 1 } });
  });

  it.each(["purge-queue", "purge"])("remove what waits by /%s, and leave what runs", async (operation) => {
    const { ask, submit, take } = openEndpoint();
    await submit();
    await take("w");
    await submit();
    await submit();
    expect((await ask("POST", operation, { body: {} })).json).toEqual({ removed: 2, status: "completed" });
    expect((await ask("GET", "health")).json.jobs).toMatchObject({ inQueue: 0, inProgress: 1 });
  });
});

describe("/health", () => {
  it("counts jobs, and the workers that were heard of lately", async () => {
    const { ask, submit, clock, endpoint } = openEndpoint({
      leaseMs: 1_000,
      extraWorkerCounts: () => ({ initializing: 2, throttled: 1 }),
    });
    await submit();
    await ask("GET", "job-take/busy?job_in_progress=0");
    await ask("GET", "job-take/idle?job_in_progress=0");
    await ask("GET", "ping/sick?status=unhealthy&check=memory&reason=2+GB");
    expect((await ask("GET", "health")).json).toEqual({
      jobs: { completed: 0, failed: 0, inProgress: 1, inQueue: 0, retried: 0 },
      workers: { idle: 1, initializing: 2, ready: 1, running: 1, throttled: 1 },
    });
    clock.now += 3_001;
    expect((await endpoint.health()).workers).toMatchObject({ idle: 0, ready: 0, running: 0 });
  });
});
