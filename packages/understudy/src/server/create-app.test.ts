import { UnderstudyError } from "@understudy/render";
import { describe, expect, it } from "vitest";
import { shareTestService } from "./testing/open-test-service.js";

const shared = shareTestService();

describe("a request that fits nothing", () => {
  it("is told so: no such address", async () => {
    const answer = await shared().api.request("/v1/nothing?secret=1");
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toEqual({
      type: "urn:understudy:error:not-found",
      title: "not-found",
      status: 404,
      detail: "There is nothing at this address.",
      code: "not-found",
      hint: expect.any(String),
      retryable: false,
    });
  });

  it("is told which methods the address takes", async () => {
    const answer = await shared().api.request("/v1/keys", { method: "PUT" });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, POST, HEAD"]);
    expect((await shared().api.request("/v1/keys/key_1", { method: "GET" })).headers.get("allow")).toBe("DELETE");
  });

  it("is answered without a body for HEAD", async () => {
    const answer = await shared().api.request("/healthz", { method: "HEAD" });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });
});

describe("a key", () => {
  it.each([
    ["none", undefined],
    ["an empty one", "Bearer "],
    ["one that nobody made", "Bearer us_00000000000000000000000000000000"],
    ["what is no key at all", "Basic dXNlcjpwYXNz"],
  ])("is needed: %s is 401", async (_, authorization) => {
    const headers = { ...(authorization !== undefined && { authorization }) };
    const answer = await shared().api.request("/v1/keys", { headers });
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect(await answer.json()).toMatchObject({ code: "unauthorized" });
  });

  it("may be sent with Bearer or alone", async () => {
    const { api, alice } = shared();
    for (const authorization of [`Bearer ${alice.secret}`, `bearer  ${alice.secret}`, alice.secret]) {
      expect((await api.request("/v1/keys", { headers: { authorization } })).status).toBe(200);
    }
  });

  it("needs the route's scope", async () => {
    const caller = await shared().newCaller({ scopes: ["renders:read"] });
    const answer = await caller.ask("GET", "/v1/keys");
    expect([answer.status, await answer.json()]).toMatchObject([
      403,
      { code: "forbidden", detail: "This key has not the scope keys:read." },
    ]);
  });

  it("is asked for before the body is looked at", async () => {
    const answer = await shared().api.request("/v1/keys", { method: "POST", body: "no JSON" });
    expect(answer.status).toBe(401);
  });
});

describe("rates", () => {
  it("are told, and kept to by key", async () => {
    const { service, api, alice, newCaller } = shared();
    const caller = await newCaller({ scopes: ["keys:read"], ownerId: alice.ownerId });
    const { secret } = await service.keys.create({ name: "slow", scopes: ["keys:read"], requestsPerMinute: 2 });
    const ask = () => api.request("/v1/keys", { headers: { authorization: secret } });
    const first = await ask();
    expect(first.headers.get("ratelimit-policy")).toBe('"minute";q=2;w=60');
    expect(first.headers.get("ratelimit")).toMatch(/^"minute";r=1;t=\d+$/);
    expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, 30]);
    expect(await refused.json()).toMatchObject({ code: "rate-limited", retryable: true });
    expect((await caller.ask("GET", "/v1/keys")).status).toBe(200);
  });

  it("hold for guesses, and lock nobody out who has a key", async () => {
    const { api, alice } = shared().reopen({});
    const guess = async (number: number) => {
      const authorization = `us_${String(number).padStart(32, "0")}`;
      return (await api.request("/v1/keys", { headers: { authorization } })).status;
    };
    const statuses = await Promise.all(Array.from({ length: 40 }, (_, number) => guess(number)));
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    expect((await alice.ask("GET", "/v1/keys")).status).toBe(200);
  });
});

describe("a body", () => {
  const send = (body: string, headers: Record<string, string>) => {
    const { api, alice } = shared();
    return api.request("/v1/keys", { method: "POST", body, headers: { authorization: alice.secret, ...headers } });
  };

  it("of another type is 415", async () => {
    const answer = await send("<xml/>", { "content-type": "application/xml" });
    expect([answer.status, await answer.json()]).toMatchObject([415, { code: "bad-request" }]);
  });

  it("that is no JSON is 400 and is not repeated", async () => {
    const answer = await send('{"secret": hunter2', { "content-type": "application/json" });
    const text = await answer.text();
    expect([answer.status, JSON.parse(text)]).toMatchObject([400, { code: "bad-request" }]);
    expect(text).not.toContain("hunter2");
  });

  it.each([
    [{ scopes: [] }, "Something is wrong with `name` in the body"],
    [{ name: "a", scopes: ["renders:read", "moon:fly"] }, "`scopes.1` in the body"],
    [{ name: "a", scopes: [], secret: "hunter2" }, "Unrecognized key"],
    [[], "Something is wrong with the body"],
  ])("names the first field that is wrong: %j", async (body, words) => {
    const answer = await shared().alice.ask("POST", "/v1/keys", body);
    const text = await answer.text();
    expect([answer.status, JSON.parse(text)]).toMatchObject([400, { detail: expect.stringContaining(words) }]);
    expect(text).not.toMatch(/hunter2|moon/);
  });

  it("that is too large is 413, also when it does not say so", async () => {
    const { api, alice } = shared();
    const headers = { authorization: alice.secret, "content-type": "application/json" };
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 100_000;
        controller.enqueue(new Uint8Array(100_000));
      },
    });
    const answer = await api.request("/v1/keys", {
      method: "POST",
      headers,
      body: endless,
      duplex: "half",
    } as RequestInit);
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: "input-too-large" }]);
    expect(sent).toBeLessThan(1_500_000);
  });
});

describe("every answer", () => {
  it("has its request's id, and fields that keep browsers from harm", async () => {
    const answer = await shared().api.request("/healthz", { headers: { "x-request-id": "chosen by a stranger" } });
    expect(answer.headers.get("x-request-id")).toMatch(/^req_[0-9a-f]{16}$/);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      "content-security-policy": expect.stringContaining("default-src 'none'"),
    });
  });

  it("leaves one line in the log that names the route, not the path", async () => {
    const { lines, alice, api } = shared();
    const before = lines.length;
    const answer = await alice.ask("DELETE", "/v1/keys/key_of_mine?name=Sam");
    await api.request("/me/a-secret-token");
    expect(lines.slice(before)).toEqual([
      {
        level: "info",
        message: "request",
        requestId: answer.headers.get("x-request-id"),
        method: "DELETE",
        route: "DELETE /v1/keys/{id}",
        status: 404,
        milliseconds: expect.any(Number),
        keyId: alice.keyId,
      },
      expect.objectContaining({ status: 404 }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/key_of_mine|Sam|a-secret-token|us_/);
  });
});

describe("a failure", () => {
  it("of ours tells nothing of itself, and the log tells it with the same id", async () => {
    const { service, lines, reopen } = shared();
    const list = () => Promise.reject(new Error("relation of Sam Lee does not exist"));
    const { alice } = reopen({ keys: { ...service.keys, list } });
    const answer = await alice.ask("GET", "/v1/keys");
    const text = await answer.text();
    expect([answer.status, JSON.parse(text)]).toMatchObject([500, { code: "internal-error", retryable: false }]);
    expect(text).not.toContain("Sam");
    expect(lines.filter(({ level }) => level === "error")).toEqual([
      expect.objectContaining({
        requestId: answer.headers.get("x-request-id"),
        error: expect.objectContaining({ message: "relation of Sam Lee does not exist" }),
      }),
    ]);
  });

  it("that is no error at all is one of ours, too", async () => {
    const { service, reopen } = shared();
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what a library may do
    const list = () => Promise.reject("a string");
    const answer = await reopen({ keys: { ...service.keys, list } }).alice.ask("GET", "/v1/keys");
    expect([answer.status, await answer.json()]).toMatchObject([500, { code: "internal-error" }]);
    expect(answer.headers.get("x-request-id")).toMatch(/^req_/);
  });

  it("of the database is 503 with a time to come back", async () => {
    const { service, reopen } = shared();
    const find = () => Promise.reject(new UnderstudyError("database-unavailable", "It does not answer."));
    const { alice } = reopen({ keys: { ...service.keys, find } });
    const answer = await alice.ask("GET", "/v1/keys");
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
  });
});

it("begins nothing new while the service stops, and still answers questions", async () => {
  const { alice } = shared().reopen({ isStopping: () => true });
  const refused = await alice.ask("POST", "/v1/keys", { name: "a", scopes: [] });
  expect([refused.status, refused.headers.get("retry-after"), await refused.json()]).toMatchObject([
    503,
    "5",
    { code: "service-stopping", retryable: true },
  ]);
  expect((await alice.ask("GET", "/v1/keys")).status).toBe(200);
});
