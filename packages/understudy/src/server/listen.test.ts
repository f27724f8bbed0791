import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen, type ServerTimes } from "./listen.js";
import { shareTestService } from "./testing/open-test-service.js";

const shared = shareTestService();

type Fetch = Parameters<typeof listen>[0]["app"]["fetch"];

async function serve(fetch: Fetch, times: Partial<ServerTimes> = {}) {
  const server = await listen({ app: { fetch }, host: "127.0.0.1", port: 0, times });
  onTestFinished(() => server.close(0));
  return server;
}

/** A client that says exactly what a test wants it to say. */
async function dial(port: number) {
  const socket: Socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  let heard = "";
  socket.on("data", (bytes: Buffer) => (heard += bytes.toString())).on("error", () => undefined);
  const ended = new Promise<string>((resolve) => socket.once("close", () => resolve(heard)));
  return { socket, ended };
}

function later() {
  let resolve!: (answer: Response) => void;
  const promise = new Promise<Response>((settle) => (resolve = settle));
  return { promise, resolve };
}

const post = (fields: string) => `POST /v1/keys HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;

const answerAll: Fetch = async (request) => new Response(await request.text());

describe("a server", () => {
  it("answers, and says where it listens", async () => {
    const { url, port } = await serve(() => new Response("hello"));
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(await (await fetch(url)).text()).toBe("hello");
  });

  it("says what keeps it from listening", async () => {
    const { port } = await serve(answerAll);
    const again = (host: string) => listen({ app: { fetch: answerAll }, host, port });
    await expect(again("127.0.0.1")).rejects.toMatchObject({ code: "port-in-use" });
    await expect(again("192.0.2.1")).rejects.toMatchObject({ code: "bad-usage" });
  });

  it.each([
    ["a Host that is none", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"],
    ["fields without an end", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`],
    ["what is not HTTP", "hello?\r\n\r\n"],
  ])("refuses %s", async (_, text) => {
    const { port } = await serve(answerAll);
    const { socket, ended } = await dial(port);
    socket.end(text);
    expect(await ended).toMatch(/^HTTP\/1\.1 4\d\d /);
  });
});

describe("a slow client", () => {
  it.each([
    ["that does not end its fields", { headersMs: 30 }, "GET / HTTP/1.1\r\nHost: a\r\n"],
    ["that does not end its body", { bodyMs: 30 }, `${post("Content-Length: 10\r\n")}12345`],
    [
      "that says nothing more in a stream",
      { idleMs: 30 },
      "POST /v1/uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1",
    ],
  ])("%s is cut off", async (_, times, text) => {
    const { port } = await serve(answerAll, times);
    const { socket, ended } = await dial(port);
    socket.write(text);
    await ended;
    expect(socket.destroyed).toBe(true);
  });

  it("that waits for an answer in the making may wait", async () => {
    const waits = later();
    const { url } = await serve(() => waits.promise, { idleMs: 20 });
    const answer = fetch(url);
    setTimeout(() => waits.resolve(new Response("made")), 80);
    expect(await (await answer).text()).toBe("made");
  });
});

describe("a JSON body of 100 MB", () => {
  it.each(["", "Expect: 100-continue\r\n"])("is refused unread %j", async (expectation) => {
    const { api, alice } = shared();
    const { port } = await serve((request, env) => api.fetch(request, env));
    const { socket, ended } = await dial(port);
    const fields = `Authorization: ${alice.secret}\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n`;
    socket.write(post(`${fields}${expectation}`));
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"input-too-large"/);
    socket.destroy();
    await ended;
  });
});

describe("a request that does not tell the length of its body", () => {
  const chunked = "Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n";
  const inPieces = (...pieces: readonly string[]) =>
    [...pieces, ""].map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join("");
  it.each([
    ["without a body", "DELETE /v1/keys/key_0", "", "", 404],
    ["with one", "POST /v1/keys", chunked, inPieces('{"name": "in pie', 'ces", "scopes": ["renders:read"]}'), 201],
  ])("%s is answered", async (_, target, fields, body, status) => {
    const { api, alice } = shared();
    const { port } = await serve((request, env) => api.fetch(request, env));
    const { socket, ended } = await dial(port);
    const common = `Host: a\r\nConnection: close\r\nAuthorization: ${alice.secret}\r\n`;
    socket.write(`${target} HTTP/1.1\r\n${common}${fields}\r\n${body}`);
    expect(await ended).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});

describe("closing", () => {
  it("ends event streams and idle connections, and waits for answers in the making", async () => {
    const cancelled: string[] = [];
    const making = later();
    const asked = later();
    const server = await serve((request) => {
      if (new URL(request.url).pathname !== "/events") {
        asked.resolve(new Response());
        return making.promise;
      }
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode(": hello\n\n")),
        cancel: () => void cancelled.push("events"),
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    });
    const events = await fetch(`${server.url}/events`);
    const slow = fetch(`${server.url}/slow`);
    await asked.promise;
    const closed = server.close();
    expect(await events.text()).toBe(": hello\n\n");
    making.resolve(new Response("made"));
    expect(await (await slow).text()).toBe("made");
    await closed;
    expect(cancelled).toEqual(["events"]);
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
  });

  it("cuts what takes too long", async () => {
    const server = await serve(() => new Promise<Response>(() => undefined));
    const { socket, ended } = await dial(server.port);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await server.close(1);
    expect(await ended).toBe("");
  });
});
