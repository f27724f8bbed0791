import { describe, expect, it } from "vitest";
import { hostedRateLimits } from "#protocol.js";
import { createMemoryStore } from "./stores/memory-store.js";
import type { JobStore, StoreEvent } from "./stores/job-store.js";
import { openEndpoint } from "./testing/open-endpoint.js";

describe("keys", () => {
  const keys = { keys: ["job-key"], workerKeys: ["worker-key"] };

  it.each([
    ["GET", "health", "job-key"],
    ["GET", "health", "Bearer job-key"],
    ["GET", "ping/w?", "worker-key"],
    ["GET", "ping/w?", "Bearer worker-key"],
  ])("open %s %s for %s", async (method, path, authorization) => {
    expect((await openEndpoint(keys).ask(method, path, { authorization })).status).toBe(200);
  });

  it.each([
    ["GET", "health", "worker-key"],
    ["GET", "ping/w?", "job-key"],
    ["GET", "health", ""],
    ["GET", "health", "Bearer wrong"],
    ["DELETE", "health", "Bearer wrong"],
    ["GET", "status/../..", "Bearer wrong"],
    ["GET", "no-such-operation", "Bearer wrong"],
    ["GET", "", "Bearer wrong"],
  ])("are asked for first: %s %s with %j is 401", async (method, path, authorization) => {
    const { ask, lines } = openEndpoint(keys);
    const answer = await ask(method, path, { authorization });
    expect(answer).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" } });
    expect(answer.json).toEqual({ error: "The key is missing or wrong; send `Authorization: Bearer KEY`." });
    expect(lines).toEqual([]);
  });

  it("must be there, and none may be empty", () => {
    expect(() => openEndpoint({ keys: [] })).toThrow(RangeError);
    expect(() => openEndpoint({ keys: ["k", " "] })).toThrow(RangeError);
    expect(() => openEndpoint({ workerKeys: [] })).toThrow(RangeError);
    expect(() => openEndpoint({ id: "../e" })).toThrow(RangeError);
  });
});

describe("a request that fits no operation", () => {
  it.each([
    ["GET", "nothing", 404, "There is no such operation."],
    ["GET", "constructor", 404, "There is no such operation."],
    ["GET", "run", 405, "This operation takes POST only."],
    ["DELETE", "status/j", 405, "This operation takes GET, POST only."],
    ["GET", "status", 404, "There is no such operation; its path is /status/JOB."],
    ["GET", "health/x", 404, "There is no such operation; its path is /health."],
    ["POST", "job-done/w", 404, "There is no such operation; its path is /job-done/WORKER/JOB."],
    ["GET", "status/..", 400, "The job id is malformed."],
    ["GET", "status/%2e%2e", 400, "The job id is malformed."],
    ["GET", "status/a%2fb", 400, "The job id is malformed."],
    ["GET", "status/a%00", 400, "The job id is malformed."],
    ["GET", "status/%zz", 400, "The job id is malformed."],
    ["GET", `status/${"a".repeat(10_000)}`, 400, "The job id is malformed."],
    ["GET", "job-take/?", 400, "The worker id is malformed."],
    ["POST", "job-done/w/..", 400, "The job id is malformed."],
  ])("%s %s is %i", async (method, path, status, error) => {
    expect(await openEndpoint().ask(method, path)).toMatchObject({ status, json: { error } });
  });

  it("says which methods are allowed", async () => {
    expect((await openEndpoint().ask("GET", "cancel/j")).headers).toEqual({ allow: "POST" });
  });

  it("is 404 for another endpoint", async () => {
    const { endpoint } = openEndpoint();
    const request = {
      method: "GET",
      headers: {},
      signal: new AbortController().signal,
      readBody: async () => Buffer.of(),
    };
    for (const url of ["/v2/other/health", "/v2/E/health", "/health", "/"]) {
      expect(await endpoint.handle({ ...request, url })).toMatchObject({ status: 404 });
    }
  });
});

describe("rate limits", () => {
  it("answer 429 with Retry-After, by key", async () => {
    const { ask, clock } = openEndpoint({ keys: ["a", "b"], rateLimits: hostedRateLimits });
    const purge = (authorization: string) => ask("POST", "purge-queue", { authorization });
    expect((await purge("a")).status).toBe(200);
    expect((await ask("POST", "purge", { authorization: "a" })).status).toBe(200);
    expect(await purge("a")).toMatchObject({ status: 429, headers: { "retry-after": "5" } });
    expect((await purge("b")).status).toBe(200);
    clock.now += 5_000;
    expect((await purge("a")).status).toBe(200);
  });
});

describe("a store that is away", () => {
  /** A memory store that can be taken away. */
  function unsteadyStore() {
    const store = createMemoryStore();
    const state = { isAway: false, tell: (_event: StoreEvent) => {} };
    const unsteady = new Proxy(store, {
      get(target, name: keyof JobStore) {
        const act = target[name] as (...parameters: unknown[]) => unknown;
        if (name === "subscribe")
          return (listener: typeof state.tell) => ((state.tell = listener), target.subscribe(listener));
        if (name === "close") return act.bind(target);
        return async (...parameters: unknown[]) => {
          if (state.isAway) throw Object.assign(new Error("secret input"), { code: "57P01" });
          return act.apply(target, parameters);
        };
      },
    });
    return { state, store: unsteady };
  }

  it("is answered 503 with Retry-After, told once, and told again when it is back", async () => {
    const { state, store } = unsteadyStore();
    const { ask, lines, submit } = openEndpoint({ store });
    const id = await submit();
    state.isAway = true;
    for (const [method, path] of [
      ["GET", "health"],
      ["GET", `status/${id}`],
      ["POST", `job-done/w/${id}`],
      ["POST", "run"],
    ]) {
      expect(await ask(method!, path!, { body: { input: 1 } })).toMatchObject({
        status: 503,
        headers: { "retry-after": "1" },
      });
    }
    state.isAway = false;
    expect((await ask("GET", `status/${id}`)).status).toBe(200);
    expect(lines).toEqual([
      "The job store does not answer (57P01); requests are answered 503 until it does.",
      "The job store answers again.",
    ]);
  });

  it("holds results and polls until it is back", async () => {
    const { state, store } = unsteadyStore();
    const { ask, submit, take } = openEndpoint({ store, pollMs: 60_000 });
    const id = await submit();
    await take("w");
    state.isAway = true;
    const result = ask("POST", `job-done/w/${id}`, { body: { output: 1 } });
    const polls = [ask("GET", "job-take/w?"), ask("GET", "job-stop/w?"), ask("GET", `status-sync/${id}`)];
    await new Promise((resolve) => setImmediate(resolve));
    state.isAway = false;
    state.tell({ kind: "anything" });
    expect((await result).status).toBe(200);
    expect((await polls[2]!).json).toMatchObject({ status: "COMPLETED", output: 1 });
    const next = await submit();
    expect((await polls[0]!).json.id).toBe(next);
    await ask("POST", `cancel/${next}`);
    expect((await polls[1]!).json).toEqual({ jobsToStop: [next] });
  });

  it("loses no job that was acknowledged: /runsync says the id", async () => {
    const { state, store } = unsteadyStore();
    const { ask } = openEndpoint({ store });
    const waiting = ask("POST", "runsync?wait=30", { body: { input: 1 } });
    await new Promise((resolve) => setImmediate(resolve));
    state.isAway = true;
    expect(await waiting).toMatchObject({
      status: 200,
      json: { id: expect.stringContaining("sync-"), status: "IN_QUEUE" },
    });
  });
});

it("answers a fault of its own with 500, and logs no more than its name", async () => {
  const { ask, lines } = openEndpoint({
    extraWorkerCounts: () => {
      throw new TypeError("holds a secret");
    },
  });
  expect(await ask("GET", "health")).toMatchObject({ status: 500, json: { error: expect.any(String) } });
  expect(lines).toEqual(["A request failed: TypeError. This is a fault of the endpoint."]);
});
