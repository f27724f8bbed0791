import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { request, type RequestOptions } from "./request.js";
import { failureOf, loopbackPolicy, serve, serveRaw } from "#testing/loopback.js";

const options: RequestOptions = { policy: loopbackPolicy };

describe("request", () => {
  it("sends a webhook and reads the answer", async () => {
    let body = "";
    const server = await serve((message, answer) => {
      message.on("data", (chunk: Buffer) => (body += chunk.toString()));
      message.on("end", () => answer.writeHead(202, { "x-kind": "webhook" }).end("thanks"));
    });
    const headers = { "Content-Type": "application/json", "User-Agent": "RunPod" };
    const answer = await request(`${server.origin}/hook?x=1`, {
      ...options,
      method: "POST",
      headers,
      body: '{"id":1}',
    });
    expect(answer).toMatchObject({ status: 202, body: Buffer.from("thanks"), url: `${server.origin}/hook?x=1` });
    expect(answer.headers["x-kind"]).toBe("webhook");
    expect(body).toBe('{"id":1}');
    expect(server.seen[0]).toMatchObject({ method: "POST", url: "/hook?x=1" });
    expect(server.seen[0]?.headers).toMatchObject({
      host: `127.0.0.1:${server.port}`,
      "content-type": "application/json",
      "content-length": "8",
      "user-agent": "RunPod",
      "accept-encoding": "identity",
    });
  });

  it.each([301, 302, 307, 308, 404, 503])("hands over the status %d of a POST as it is", async (status) => {
    const server = await serve((_message, answer) => answer.writeHead(status, { location: "/elsewhere" }).end());
    expect((await request(server.origin, { ...options, method: "POST", body: "x" })).status).toBe(status);
    expect(server.seen).toHaveLength(1);
  });

  it("follows five redirects of a GET and not a sixth", async () => {
    const server = await serve((message, answer) => {
      const left = Number(message.url?.slice(1));
      if (left > 0) answer.writeHead(302, { location: `/${left - 1}` });
      answer.end();
    });
    expect((await request(`${server.origin}/5`, options)).url).toBe(`${server.origin}/0`);
    expect((await failureOf(request(`${server.origin}/6`, options))).code).toBe("too-many-redirects");
  });

  it("stops in a loop", async () => {
    const server = await serve((_message, answer) => answer.writeHead(301, { location: "/" }).end());
    expect((await failureOf(request(server.origin, options))).code).toBe("too-many-redirects");
    expect(server.seen).toHaveLength(6);
  });

  it("keeps the caller's headers within their origin and drops them for good outside", async () => {
    const home = await serve((message, answer) => {
      const next = { "/1": "/2", "/2": `${away.origin}/3` }[message.url ?? ""];
      if (next !== undefined) answer.writeHead(302, { location: next });
      answer.end();
    });
    const away = await serve((_message, answer) => answer.writeHead(302, { location: `${home.origin}/4` }).end());
    await request(`${home.origin}/1`, { ...options, headers: { Authorization: "Bearer secret", "X-Key": "secret" } });
    const keys = [...home.seen, ...away.seen].map(({ url, headers }) => [url, headers.authorization, headers["x-key"]]);
    expect(keys).toEqual([
      ["/1", "Bearer secret", "secret"],
      ["/2", "Bearer secret", "secret"],
      ["/4", undefined, undefined],
      ["/3", undefined, undefined],
    ]);
  });

  it("refuses an answer whose length is above the limit before it reads a byte", async () => {
    const server = await serve(
      (_message, answer) => void answer.writeHead(200, { "content-length": "1025" }).flushHeaders(),
    );
    const failure = await failureOf(request(server.origin, { ...options, limits: { maxBytes: 1024 } }));
    expect(failure).toMatchObject({ code: "too-large", status: 200, retryable: false });
  });

  it("counts an answer without a length and leaves when it is above the limit", async () => {
    const server = await serve((_message, answer) => {
      const more = (): void => {
        while (answer.write(Buffer.alloc(512)));
      };
      answer.on("drain", more);
      more();
    });
    expect((await failureOf(request(server.origin, { ...options, limits: { maxBytes: 1024 } }))).code).toBe(
      "too-large",
    );
  });

  it("reads an answer of exactly the limit", async () => {
    const server = await serve((_message, answer) => answer.end(Buffer.alloc(1024)));
    expect((await request(server.origin, { ...options, limits: { maxBytes: 1024 } })).body).toHaveLength(1024);
  });

  it("does not unpack a gzip bomb", async () => {
    const bomb = gzipSync(Buffer.alloc(10 * 2 ** 20));
    const server = await serve((_message, answer) => answer.writeHead(200, { "content-encoding": "gzip" }).end(bomb));
    expect((await request(server.origin, options)).body).toEqual(bomb);
  });

  it.each([
    ["a silent server", { idleMs: 50 }, "was silent for 50 ms"],
    ["a server that takes too long in all", { totalMs: 50 }, "did not finish within 50 ms"],
  ])("leaves %s", async (_what, limits, message) => {
    const server = await serve(() => {});
    const failure = await failureOf(request(server.origin, { ...options, limits }));
    expect(failure).toMatchObject({ code: "too-slow", retryable: true, message: `127.0.0.1 ${message}.` });
  });

  it("leaves a server that falls silent in the middle", async () => {
    const server = await serve((_message, answer) => void answer.write("half"));
    const failure = await failureOf(request(server.origin, { ...options, limits: { idleMs: 50 } }));
    expect(failure).toMatchObject({ code: "too-slow", status: 200, message: "127.0.0.1 was silent for 50 ms." });
  });

  it("leaves a server that drips byte by byte, which is never silent", async () => {
    const server = await serve((message, answer) => {
      const drip = setInterval(() => answer.write("x"), 5);
      message.on("close", () => clearInterval(drip));
    });
    const failure = await failureOf(request(server.origin, { ...options, limits: { totalMs: 100, idleMs: 5_000 } }));
    expect(failure.code).toBe("too-slow");
  });

  it("leaves a name server that never answers", async () => {
    const resolve = () => new Promise<never>(() => {});
    const failure = await failureOf(request("http://slow.example/", { resolve, limits: { connectMs: 20 } }));
    expect(failure).toMatchObject({ code: "too-slow", message: "slow.example was not resolved for 20 ms." });
  });

  it.each([
    ["EAI_AGAIN", true],
    ["ENOTFOUND", false],
  ])("reports a name that cannot be resolved (%s)", async (code, retryable) => {
    const resolve = () => Promise.reject(Object.assign(new Error("getaddrinfo"), { code }));
    expect(await failureOf(request("http://gone.example/", { resolve }))).toMatchObject({
      code: "unresolved",
      retryable,
    });
  });

  it("reports a name without addresses", async () => {
    expect((await failureOf(request("http://gone.example/", { resolve: async () => [] }))).code).toBe("unresolved");
  });

  it("reports a port that nobody listens on, without the address", async () => {
    const { port } = await serve(() => {});
    const resolve = async () => ["127.0.0.2"];
    const failure = await failureOf(request(`http://closed.example:${port}/`, { ...options, resolve }));
    expect(failure).toMatchObject({ code: "unreachable", retryable: true });
    expect(failure.message).toBe("closed.example could not be reached (ECONNREFUSED).");
  });

  it("tries the next address of a name when the first does not answer", async () => {
    const { port } = await serve((_message, answer) => answer.end("second"));
    const resolve = async () => ["127.0.0.2", "127.0.0.1"];
    const answer = await request(`http://two.example:${port}/`, { ...options, resolve });
    expect(answer.body.toString()).toBe("second");
  });

  it.each([
    ["something that is not HTTP", "SSH-2.0-OpenSSH_9.6\r\n", "bad-answer"],
    ["headers without end", `HTTP/1.1 200 OK\r\nx: ${"a".repeat(40_000)}`, "bad-answer"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "bad-answer"],
    ["a broken chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "bad-answer"],
    ["an upgrade", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "interrupted"],
    ["nothing", "", "interrupted"],
    ["less than it promised", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "interrupted"],
  ])("reports a server that sends %s", async (_what, text, code) => {
    const server = await serveRaw((socket) => {
      socket.once("data", () => socket.end(text));
    });
    expect((await failureOf(request(server.origin, options))).code).toBe(code);
  });

  it("reads no further than a server promised", async () => {
    const server = await serveRaw((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef"));
    });
    expect((await request(server.origin, options)).body.toString()).toBe("abc");
  });

  it("rejects with the reason of its signal, before or during the call", async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort(new Error("job cancelled")));
    const call = (): Promise<unknown> => request(server.origin, { ...options, signal: controller.signal });
    await expect(call()).rejects.toThrow("job cancelled");
    await expect(call()).rejects.toThrow("job cancelled");
    expect(server.seen).toHaveLength(1);
  });

  it("lets go of its signal, which may live as long as the process", async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    const server = await serve((_message, answer) => answer.end());
    await request(server.origin, { ...options, signal });
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
  });

  it.each([
    "Host",
    "content-length",
    "Transfer-Encoding",
    "range",
    "Accept-Encoding",
    "Proxy-Authorization",
    "connection",
  ])("refuses to set %s", async (name) => {
    const failure = await failureOf(request("http://example.com/", { headers: { [name]: "x" } }));
    expect(failure).toMatchObject({ code: "bad-options", message: `The header ${name.toLowerCase()} cannot be set.` });
  });

  it("refuses headers that would break out of their line, and keeps the value out of the message", async () => {
    const headers = { authorization: "secret\r\nHost: other.example" };
    const failure = await failureOf(request("http://example.com/", { headers }));
    expect(failure).toMatchObject({ code: "bad-options", message: expect.not.stringContaining("secret") });
    expect((await failureOf(request("http://example.com/", { headers: { "a b": "x" } }))).code).toBe("bad-options");
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, 2 ** 31])("refuses a time limit of %d ms", async (totalMs) => {
    expect((await failureOf(request("http://example.com/", { limits: { totalMs } }))).code).toBe("bad-options");
  });
});
