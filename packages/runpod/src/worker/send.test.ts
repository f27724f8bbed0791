import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createSender } from "./send.js";
import { testEndpoint } from "./testing/start-worker.js";

/** A sender, and the URL of a path of the endpoint. */
async function testSender(apiKey: string | undefined) {
  const endpoint = await testEndpoint();
  const sender = createSender(apiKey);
  onTestFinished(() => sender.close());
  const [serverUrl] = endpoint.env["RUNPOD_WEBHOOK_POST_OUTPUT"]!.split("/v2/");
  return { endpoint, sender, url: `${serverUrl}/v2/e1/job-done/w1/j1` };
}

test("requests share a connection, and the key is sent as it is", async () => {
  const { endpoint, sender, url } = await testSender("key");
  for (let count = 0; count < 3; count++) await sender.send({ method: "POST", url, body: "{}", timeoutMs: 5_000 });
  expect(new Set(endpoint.seen.map(({ connection }) => connection)).size).toBe(1);
  expect(endpoint.seen[0]!.headers.authorization).toBe("key");
});

test("without a key there is no such header", async () => {
  const { endpoint, sender, url } = await testSender(undefined);
  await sender.send({ method: "GET", url, timeoutMs: 5_000 });
  expect(endpoint.seen[0]!.headers).not.toHaveProperty("authorization");
});

test("a kept connection that the server has closed is replaced at once, and nobody notices", async () => {
  const { endpoint, sender, url } = await testSender("key");
  await sender.send({ method: "POST", url, body: "{}", timeoutMs: 5_000 });
  // The connection is reset when the request comes, as one is that the server closed at the same moment.
  endpoint.script("done", "reset");
  const sent = await sender.send({ method: "POST", url, body: '{"output":1}', timeoutMs: 5_000 });
  expect(sent).toMatchObject({ kind: "reply", status: 200 });
  expect(endpoint.seen.map(({ connection, body }) => [connection, body])).toEqual([
    [1, "{}"],
    [1, '{"output":1}'],
    [2, '{"output":1}'],
  ]);
});

test("a fresh connection that breaks is a failure", async () => {
  const { endpoint, sender, url } = await testSender("key");
  endpoint.script("done", "reset");
  const sent = await sender.send({ method: "GET", url, timeoutMs: 5_000 });
  expect(sent).toEqual({ kind: "failed", why: "network", code: "ECONNRESET" });
});

test("a reply over its limit is given up while it comes", async () => {
  const { endpoint, sender, url } = await testSender("key");
  endpoint.script("done", (response) => void response.write("x".repeat(2_000)));
  const sent = await sender.send({ method: "GET", url, timeoutMs: 5_000, maxReplyBytes: 1_000 });
  expect(sent).toEqual({ kind: "failed", why: "too-large" });
});

test("a body that breaks off is a failure", async () => {
  const { endpoint, sender, url } = await testSender("key");
  endpoint.script("done", (response) => {
    response.writeHead(200, { "content-length": 10 });
    response.write("x", () => response.socket?.destroy());
  });
  const sent = await sender.send({ method: "GET", url, timeoutMs: 5_000 });
  expect(sent).toEqual({ kind: "failed", why: "network", code: "ECONNRESET" });
});

test("a connection that ends without a reply is a failure at once, and not when the time is up", async () => {
  const { endpoint, sender, url } = await testSender("key");
  const switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n";
  endpoint.script("done", (response) => void response.socket!.end(switching));
  const sent = await sender.send({ method: "GET", url, timeoutMs: 60_000 });
  expect(sent).toEqual({ kind: "failed", why: "network", code: "ECONNRESET" });
});

test("a guarded reply that has begun when the time is up is read to its end: it may hold a job", async () => {
  const { endpoint, sender, url } = await testSender("key");
  endpoint.script("done", (response) => {
    response.write("a job's first half");
    setTimeout(() => response.end(", and its second"), 500);
  });
  const unlessReplied = new AbortController().signal;
  const sent = await sender.send({ method: "GET", url, timeoutMs: 400, unlessReplied });
  expect(sent).toMatchObject({ kind: "reply", text: "a job's first half, and its second" });
});

test.each([
  { text: "7", retryAfterMs: 7_000 },
  { text: "86400", retryAfterMs: 60_000 },
  { text: "Thu, 01 Jan 1970 00:00:00 GMT", retryAfterMs: 0 },
  { text: "soon", retryAfterMs: undefined },
])("Retry-After: $text", async ({ text, retryAfterMs }) => {
  const { endpoint, sender, url } = await testSender("key");
  endpoint.script("done", { status: 429, headers: { "retry-after": text } });
  const sent = await sender.send({ method: "GET", url, timeoutMs: 5_000 });
  expect(sent).toEqual({ kind: "reply", status: 429, text: "", ...(retryAfterMs !== undefined && { retryAfterMs }) });
});

test("a header that HTTP cannot carry, and nobody at the port, are failures and no throws", async () => {
  const { sender, url } = await testSender("key");
  const headers = { "x-a": "a\nb" };
  expect(await sender.send({ method: "GET", url, headers, timeoutMs: 5_000 })).toMatchObject({ kind: "failed" });
  const closed = await closedPort();
  const sent = await sender.send({ method: "GET", url: `http://127.0.0.1:${closed}/`, timeoutMs: 5_000 });
  expect(sent).toEqual({ kind: "failed", why: "network", code: "ECONNREFUSED" });
});

async function closedPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
