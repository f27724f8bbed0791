import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { describe, expect, it, onTestFinished } from "vitest";
import type { EndpointOptions } from "./endpoint.js";
import { type ListenOptions, listenEndpoints } from "./listen.js";
import { openEndpoint } from "./testing/open-endpoint.js";

const headers = { authorization: "Bearer k" };

async function serve(options: Partial<EndpointOptions> = {}, listen: Partial<ListenOptions> = {}) {
  const test = openEndpoint({ pollMs: 60_000, ...options });
  const server = await listenEndpoints({ endpoints: [test.endpoint], ...listen });
  onTestFinished(() => server.close());
  const base = `${server.url}/v2/e`;
  const get = (path: string, init: RequestInit = {}) => fetch(`${base}/${path}`, { headers, ...init });
  const post = (path: string, body: string) => fetch(`${base}/${path}`, { method: "POST", headers, body });
  return { ...test, server, base, get, post };
}

/** Sends bytes as they are and returns all that comes back until the server ends the connection. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  let answer = "";
  socket.on("data", (chunk) => (answer += String(chunk)));
  socket.write(text);
  await once(socket, "close");
  return answer;
}

describe("the server", () => {
  it("answers JSON that every client reads: 200, its type, its length, and no caching", async () => {
    const { post } = await serve();
    const reply = await post("run", '{"input":{"text":"é"}}');
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("application/json");
    expect(reply.headers.get("content-length")).toBe(String(Buffer.byteLength(await reply.text())));
    expect(reply.headers.get("cache-control")).toBe("no-store");
  });

  it("is 404 for endpoints that are not there, and passes other paths on", async () => {
    const { server } = await serve(
      {},
      {
        extra(incoming, response) {
          if (incoming.url !== "/files/a") return false;
          response.end("file");
          return true;
        },
      },
    );
    const other = await fetch(`${server.url}/v2/other/health`, { headers });
    expect([other.status, await other.json()]).toEqual([404, { error: "There is no such endpoint." }]);
    expect((await fetch(`${server.url}/`)).status).toBe(404);
    expect(await (await fetch(`${server.url}/files/a`)).text()).toBe("file");
  });

  it("serves several endpoints", async () => {
    const second = openEndpoint({ id: "second", keys: ["other"] });
    const { server, endpoint } = await serve();
    const both = await listenEndpoints({ endpoints: [endpoint, second.endpoint] });
    onTestFinished(() => both.close());
    expect((await fetch(`${both.url}/v2/e/health`, { headers })).status).toBe(200);
    expect((await fetch(`${both.url}/v2/second/health`, { headers })).status).toBe(401);
    expect((await fetch(`${server.url}/v2/second/health`, { headers })).status).toBe(404);
  });

  it("lets keep-alive clients send many requests on one connection", async () => {
    const { server } = await serve();
    const one = "GET /v2/e/health HTTP/1.1\r\nhost: h\r\nauthorization: k\r\n";
    const answers = await raw(server.port, `${one}\r\n${one}connection: close\r\n\r\n`);
    expect(answers.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
  });
});

describe("large bodies", () => {
  const large = Buffer.alloc(30_000_000, 0x20);

  it.each([
    ["that say their length", "run", large, 413],
    ["that do not", "run", new Blob([large]).stream(), 413],
    ["of strangers", "run", large, 401],
    ["for an operation that takes none", "cancel/j", large, 404],
  ])("%s are answered at once; the sender sees it", async (_which, path, body, status) => {
    const { base } = await serve();
    const authorization = status === 401 ? "wrong" : "k";
    const init = { method: "POST", headers: { authorization }, body, duplex: "half" } as RequestInit;
    const reply = await fetch(`${base}/${path}`, init);
    expect(reply.status).toBe(status);
    expect(await reply.json()).toEqual({ error: expect.any(String) });
  });

  it("are not waited for: the answer comes while the body does, and before it where the client asks first", async () => {
    const { base } = await serve();
    const length = { ...headers, "content-length": "30000000" };
    const eager = request(`${base}/run`, { method: "POST", headers: length }).on("error", () => {});
    eager.write("{");
    const [answer] = await once(eager, "response");
    expect(answer.statusCode).toBe(413);
    eager.destroy();
    const polite = request(`${base}/run`, { method: "POST", headers: { ...length, expect: "100-continue" } });
    polite.on("error", () => {}).flushHeaders();
    const asked: string[] = [];
    polite.on("continue", () => asked.push("body"));
    const [refusal] = await once(polite, "response");
    expect([refusal.statusCode, asked]).toEqual([413, []]);
    polite.destroy();
  });

  it("of results fail the job, and the worker reads why", async () => {
    const { post, submit, take, ask } = await serve();
    const id = await submit();
    await take("w");
    const reply = await post(`job-done/w/${id}`, String(large));
    expect([reply.status, await reply.json()]).toEqual([400, { error: expect.stringContaining("30000000 bytes") }]);
    expect((await ask("GET", `status/${id}`)).json).toMatchObject({ status: "FAILED" });
  });

  it("within the limit are taken, also from a client that waits to be asked", async () => {
    const { base, ask } = await serve();
    const body = Buffer.from(JSON.stringify({ input: "x".repeat(9_000_000) }));
    const polite = request(`${base}/run`, {
      method: "POST",
      headers: { ...headers, "content-length": body.length, expect: "100-continue" },
    });
    polite.on("continue", () => polite.end(body)).flushHeaders();
    const [reply] = await once(polite, "response");
    reply.resume();
    expect(reply.statusCode).toBe(200);
    expect((await ask("GET", "job-take/w?")).json.input).toHaveLength(9_000_000);
  });
});

describe("clients that hang up", () => {
  it("in /runsync end the waiting and not the job", async () => {
    const { base, take, ask } = await serve();
    const hangUp = new AbortController();
    const waiting = fetch(`${base}/runsync`, { method: "POST", headers, body: '{"input":1}', signal: hangUp.signal });
    const id = await take("w");
    hangUp.abort();
    await expect(waiting).rejects.toThrow("aborted");
    await ask("POST", `job-done/w/${id}`, { body: { output: 2 } });
    expect((await ask("GET", `status/${id}`)).json).toMatchObject({ status: "COMPLETED", output: 2 });
  });

  it("in job-take get no job; the next poll does, and no attempt is counted", async () => {
    const { get, submit, take, endpoint, store } = await serve();
    const hangUp = new AbortController();
    const poll = get("job-take/gone?", { signal: hangUp.signal });
    await until(() => endpoint.workers().some(({ isPolling }) => isPolling));
    hangUp.abort();
    await expect(poll).rejects.toThrow("aborted");
    await until(() => endpoint.workers().every(({ isPolling }) => !isPolling));
    const id = await submit();
    expect(await take("w")).toBe(id);
    expect((await store.get("e", id))?.attempts).toBe(1);
  });

  it("in the middle of a body leave nothing behind, not even a line in the log", async () => {
    const { server, store, lines } = await serve();
    const socket = connect(server.port, "127.0.0.1");
    socket.write("POST /v2/e/run HTTP/1.1\r\nhost: h\r\nauthorization: k\r\ncontent-length: 100\r\n\r\n{");
    await once(socket, "connect");
    socket.destroy();
    await once(socket, "close");
    await server.close();
    expect((await store.counts("e")).inQueue).toBe(0);
    expect(lines).toEqual([]);
  });
});

describe("requests that two servers could read differently", () => {
  const start = "POST /v2/e/run HTTP/1.1\r\nhost: h\r\nauthorization: k\r\n";
  it.each([
    ["two lengths", `${start}content-length: 5\r\ncontent-length: 6\r\n\r\n`],
    ["length and chunks", `${start}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["a bare line feed in a header", `${start}x: a\nb\r\n\r\n`],
    ["no host", "GET /v2/e/health HTTP/1.1\r\nauthorization: k\r\n\r\n"],
    ["a header of 20 000 bytes", `${start}x: ${"a".repeat(20_000)}\r\n\r\n`],
  ])("are refused and cut: %s", async (_which, text) => {
    const { server, store } = await serve();
    expect(await raw(server.port, text)).toMatch(/^HTTP\/1.1 4(00|31) /);
    expect((await store.counts("e")).inQueue).toBe(0);
  });
});

describe("closing", () => {
  it("answers held requests at once and ends every connection", async () => {
    const { get, post, server, endpoint } = await serve();
    const polls = [post("runsync", '{"input":1}'), get("job-take/taker?")];
    await until(() => endpoint.workers().some(({ isBusy }) => isBusy));
    polls.push(get("job-take/poller?"), get("job-stop/stopper?"));
    await until(() => endpoint.workers().length === 3);
    const closed = server.close();
    expect((await Promise.all(polls)).map(({ status }) => status)).toEqual([200, 200, 204, 204]);
    await closed;
    await expect(get("health")).rejects.toThrow("fetch failed");
  });

  it("says when the port is taken", async () => {
    const { server } = await serve();
    await expect(listenEndpoints({ endpoints: [], port: server.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("a webhook", () => {
  it("reaches an address that the policy names, and no private one else", async () => {
    const bodies: string[] = [];
    const receiver = await listenEndpoints({
      endpoints: [],
      extra(incoming, response) {
        incoming.on("data", (chunk) => bodies.push(String(chunk))).on("end", () => response.end());
        return true;
      },
    });
    onTestFinished(() => receiver.close());
    const webhook = `${receiver.url}/hook`;
    const open = await serve({ webhookAddresses: parseAddressPolicy(["loopback"]) });
    const id = await open.submit({}, { webhook });
    await open.ask("POST", `cancel/${id}`);
    await until(() => bodies.length > 0);
    expect(JSON.parse(bodies[0]!)).toEqual({ id, input: {}, status: "CANCELLED", webhook });
    const guarded = await serve();
    await guarded.ask("POST", `cancel/${await guarded.submit({}, { webhook })}`);
    await until(() => guarded.lines.length > 0);
    expect(guarded.lines[0]).toContain("address-refused. Given up.");
    expect(bodies).toHaveLength(1);
  });
});

/** Lets the event loop turn until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
