import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import type { SendRequest } from "#http/send.js";
import { createClient, type ClientOptions } from "./create-client.js";
import { RunPodClientError } from "./errors.js";
import type { Step } from "./testing/script-server.js";
import { jobStep, scriptedClient, testKey, thrownBy } from "./testing/scripted-client.js";

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function play(script: Record<string, Step[]>, options: Partial<ClientOptions> = {}) {
  const scripted = await scriptedClient(script, options);
  open.push(scripted.server);
  return scripted;
}

/** The URL that a client asks for its endpoint's health. */
async function urlOf(options: Omit<ClientOptions, "send">): Promise<string> {
  const seen: SendRequest[] = [];
  const client = createClient({
    key: testKey,
    env: {},
    ...options,
    send: async (request) => {
      seen.push(request);
      return { status: 200, headers: {}, text: '{"jobs":{},"workers":{}}' };
    },
  });
  await client.health();
  return String(seen[0]?.url);
}

function refusalOf(options: ClientOptions): unknown {
  try {
    createClient({ env: {}, ...options });
    return undefined;
  } catch (thrown) {
    return (thrown as RunPodClientError).code;
  }
}

describe("where a client sends to", () => {
  it("is the hosted service for an id, or the base that the option or the environment names", async () => {
    expect(await urlOf({ endpoint: "abc" })).toBe("https://api.runpod.ai/v2/abc/health");
    expect(await urlOf({ endpoint: "abc", baseUrl: "http://localhost:1/v2/" })).toBe(
      "http://localhost:1/v2/abc/health",
    );
    const env = { RUNPOD_ENDPOINT_BASE_URL: "http://[::1]:2/v2" };
    expect(await urlOf({ endpoint: "abc", env })).toBe("http://[::1]:2/v2/abc/health");
  });

  it("is a whole URL as the console shows it", async () => {
    expect(await urlOf({ endpoint: "https://host.example/v2/abc/runsync" })).toBe("https://host.example/v2/abc/health");
    expect(await urlOf({ endpoint: "https://host.example/v2/abc/" })).toBe("https://host.example/v2/abc/health");
  });

  it("is never http beyond this machine unless that is allowed", async () => {
    const endpoint = "http://192.168.0.7:8080/v2/abc";
    expect(refusalOf({ endpoint, key: testKey })).toBe("insecure-url");
    expect(refusalOf({ endpoint: "http://127.0.0.1.evil.example/v2/abc", key: testKey })).toBe("insecure-url");
    expect(refusalOf({ endpoint: "http://localhost.evil.example/v2/abc", key: testKey })).toBe("insecure-url");
    expect(await urlOf({ endpoint, allowInsecure: true })).toBe(`${endpoint}/health`);
  });

  it.each([
    ["no key", { endpoint: "abc" }],
    ["an empty key in the environment", { endpoint: "abc", env: { RUNPOD_API_KEY: "" } }],
    ["a key with a line break", { endpoint: "abc", key: "a\r\nx-evil: 1" }],
    ["an id that climbs", { endpoint: "../abc", key: testKey }],
    ["another protocol", { endpoint: "file:///etc/passwd", key: testKey }],
    ["a password in the URL", { endpoint: "https://me:secret@host.example/v2/abc", key: testKey }],
    ["a query in the URL", { endpoint: "https://host.example/v2/abc?x=1", key: testKey }],
  ])("is refused with %s", (_, options) => {
    expect(refusalOf(options)).toBe("bad-options");
  });
});

describe("run", () => {
  it("submits the input with everything that goes with it, and gives the handle", async () => {
    const { client, server } = await play({ "POST /run": [jobStep("IN_QUEUE")] });
    const job = await client.run(
      { prompt: "x" },
      {
        webhook: "https://me.example/hook",
        policy: { ttl: 60_000 },
        s3Config: { bucketName: "b" },
        idempotencyKey: "k1",
      },
    );
    expect(job.id).toBe("j");
    expect(JSON.parse(server.seen[0]?.body ?? "")).toEqual({
      input: { prompt: "x" },
      webhook: "https://me.example/hook",
      policy: { ttl: 60_000 },
      s3Config: { bucketName: "b" },
    });
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${testKey}`,
      "content-type": "application/json",
      "idempotency-key": "k1",
    });
  });

  it("sends an empty input as it is, without wrapping it again", async () => {
    const { client, server } = await play({ "POST /run": [jobStep("IN_QUEUE")] });
    await client.run({});
    expect(server.seen[0]?.body).toBe('{"input":{}}');
  });

  it("repeats what the endpoint surely did not take, after the pause that it asks for", async () => {
    const { client, server, clock } = await play({
      "POST /run": [{ status: 429, headers: { "retry-after": "7" } }, { status: 503 }, jobStep("IN_QUEUE")],
    });
    await client.run({});
    expect(server.seen).toHaveLength(3);
    expect(clock.pauses).toEqual([7_000, 500]);
    expect(new Set(server.seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  });

  it.each([
    ["a lost connection", "reset"],
    ["a proxy's 502", { status: 502 }],
  ] as const)("does not buy a second job after %s", async (_, step) => {
    const { client, server } = await play({ "POST /run": [step] });
    await expect(client.run({})).rejects.toMatchObject({ code: "outcome-unknown", retryable: false });
    expect(server.seen).toHaveLength(1);
  });

  it("repeats after a lost answer when the endpoint honours the key, with the same key", async () => {
    const { client, server } = await play(
      { "POST /run": ["reset", { status: 502 }, jobStep("IN_QUEUE")] },
      { resubmit: "with-key" },
    );
    expect((await client.run({})).id).toBe("j");
    expect(new Set(server.seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  });

  it("gives up on an endpoint that cannot be reached when its patience ends, and tells of every try", async () => {
    const retries: string[] = [];
    const { client, server, clock } = await play({}, { onRetry: (error) => retries.push(error.code) });
    await server.close();
    open.pop();
    await expect(client.run({})).rejects.toMatchObject({ code: "unreachable", retryable: true });
    expect(clock.pauses.slice(0, 6)).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000]);
    expect(clock.now()).toBeGreaterThan(50_000);
    expect(clock.now()).toBeLessThan(60_000);
    expect(retries).toHaveLength(clock.pauses.length);
  });

  it("refuses what cannot be sent before it sends anything", async () => {
    const { client, server } = await play({}, { maxRequestBytes: 100 });
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    await expect(client.run(cycle)).rejects.toMatchObject({ code: "bad-input" });
    await expect(client.run(undefined)).rejects.toMatchObject({ code: "bad-input" });
    await expect(client.run("x".repeat(100))).rejects.toMatchObject({ code: "input-too-large" });
    await expect(client.run({}, { idempotencyKey: "a\nb" })).rejects.toMatchObject({ code: "bad-options" });
    expect(server.seen).toEqual([]);
  });

  it.each([
    [{ status: 401 }, "unauthorized"],
    [{ status: 403 }, "unauthorized"],
    [{ status: 404 }, "endpoint-unknown"],
    [{ status: 400 }, "request-refused"],
    [{ status: 302, headers: { location: "https://evil.example/" } }, "redirected"],
    [{ status: 200, text: "<html>" }, "bad-answer"],
    [{ status: 200, text: "[]" }, "bad-answer"],
    [{ status: 200, json: { status: "IN_QUEUE" } }, "bad-answer"],
    [{ status: 200, json: { id: "../../x", status: "IN_QUEUE" } }, "bad-answer"],
    [{ status: 200, json: { id: "j", status: "PONDERING" } }, "bad-answer"],
    [{ status: 200, text: "x".repeat(2_000) }, "bad-answer"],
  ])("asks once when the answer is %j, and says %s", async (step, code) => {
    const { client, server } = await play({ "POST /run": [step] }, { maxAnswerBytes: 1_000 });
    await expect(client.run({})).rejects.toMatchObject({ code });
    expect(server.seen).toHaveLength(1);
  });

  it("says why a request was refused, without the key, queries or line breaks", async () => {
    const error = `no\nmember "input" for ${testKey}, see https://host.example/a?token=t`;
    const { client } = await play({ "POST /run": [{ status: 400, json: { error } }] });
    const thrown = await thrownBy(client.run({ photo: "of Jane" }));
    expect((thrown as Error).message).toBe(
      'The endpoint answered 400 to /run: no member "input" for [key], see https://host.example/a',
    );
  });

  it("keeps the key and the input out of everything that can be printed", async () => {
    const { client } = await play({ "POST /run": [{ status: 500 }, jobStep("IN_QUEUE")] });
    const thrown = await thrownBy(client.run({ photo: "of Jane" }));
    const job = await client.run({ photo: "of Jane" });
    const printed = inspect([thrown, client, job], { depth: 10, showHidden: true });
    expect(thrown).toBeInstanceOf(RunPodClientError);
    expect(printed).not.toContain(testKey);
    expect(printed).not.toContain("Jane");
  });

  it("ends when the signal is aborted", async () => {
    const controller = new AbortController();
    const { client, server } = await play({ "POST /run": ["hang"] });
    const running = thrownBy(client.run({}, { signal: controller.signal }));
    await server.waitFor(1);
    controller.abort(new Error("enough"));
    expect(await running).toMatchObject({ code: "aborted", cause: new Error("enough") });
  });
});

describe("time-outs", () => {
  it("are the wait that was asked for and 15 s, whatever the call", async () => {
    const seen: SendRequest[] = [];
    const client = createClient({
      endpoint: "abc",
      key: testKey,
      send: async (request) => {
        seen.push(request);
        return { status: 200, headers: {}, text: '{"id":"j","status":"COMPLETED","stream":[]}' };
      },
    });
    await client.run({});
    await client.runSync({}, { submitWaitMs: 300_000 });
    await client.job("j").wait();
    await client.job("j").stream().next();
    await client.job("j").status();
    expect(seen.map(({ url, timeoutMs }) => [url.pathname + url.search, timeoutMs])).toEqual([
      ["/v2/abc/run", 15_000],
      ["/v2/abc/runsync?wait=300000", 315_000],
      ["/v2/abc/status-sync/j?wait=25000", 40_000],
      ["/v2/abc/stream/j?wait=25000", 40_000],
      ["/v2/abc/status/j", 15_000],
    ]);
  });
});

describe("runSync", () => {
  it("gives the result of a quick job from one request", async () => {
    const { client, server } = await play({ "POST /runsync": [jobStep("COMPLETED", { output: 7 })] });
    expect(await client.runSync({})).toEqual({ id: "j", status: "COMPLETED", output: 7 });
    expect(server.seen[0]?.query.get("wait")).toBe("10000");
  });

  it("goes on waiting by the id when the job takes longer", async () => {
    const { client, server } = await play({
      "POST /runsync": [jobStep("IN_PROGRESS")],
      "GET /status-sync/j": ["reset", jobStep("COMPLETED", { output: 7 })],
    });
    expect(await client.runSync({})).toMatchObject({ status: "COMPLETED", output: 7 });
    expect(server.lines()).toEqual(["POST /runsync", "GET /status-sync/j", "GET /status-sync/j"]);
  });

  it("names the job in whatever fails once the id is known", async () => {
    const { client } = await play({
      "POST /runsync": [jobStep("IN_PROGRESS")],
      "GET /status-sync/j": [{ status: 401 }],
    });
    await expect(client.runSync({})).rejects.toMatchObject({ code: "unauthorized", jobId: "j" });
  });

  it("counts its time-out from the submission", async () => {
    const { client } = await play({
      "POST /runsync": [jobStep("IN_QUEUE")],
      "GET /status-sync/j": [jobStep("IN_QUEUE")],
    });
    await expect(client.runSync({}, { timeoutMs: 5_000 })).rejects.toMatchObject({ code: "wait-timeout", jobId: "j" });
  });
});

describe("an endpoint", () => {
  it("tells its health; a count that is missing is 0", async () => {
    const { client } = await play({
      "GET /health": ["reset", { json: { jobs: { completed: 3, inQueue: 2 }, workers: { idle: 1 } } }],
    });
    expect(await client.health()).toEqual({
      jobs: { completed: 3, failed: 0, inProgress: 0, inQueue: 2, retried: 0 },
      workers: { idle: 1, initializing: 0, ready: 0, running: 0, throttled: 0 },
    });
  });

  it("purges its queue once, and not again when the answer is lost", async () => {
    const { client, server } = await play({
      "POST /purge-queue": [{ json: { removed: 2, status: "completed" } }, "reset"],
    });
    expect(await client.purgeQueue()).toEqual({ removed: 2, status: "completed" });
    await expect(client.purgeQueue()).rejects.toMatchObject({ code: "outcome-unknown" });
    expect(server.seen).toHaveLength(2);
  });
});
