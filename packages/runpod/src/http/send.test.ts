import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { send, type SendRequest } from "./send.js";

const servers: { close(): unknown; closeAllConnections?(): void }[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function listen(server: Server): Promise<URL> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<URL> {
  return listen(createServer(answer));
}

function get(url: URL, more: Partial<SendRequest> = {}) {
  return send({ method: "GET", url, headers: {}, timeoutMs: 5_000, maxBytes: 1_000, ...more });
}

describe("send", () => {
  it("sends the headers that were given and none but Host and Connection beside them", async () => {
    const url = await serve((request, response) => response.end(JSON.stringify(request.rawHeaders)));
    const { text } = await get(url, { headers: { authorization: "raw-key" } });
    expect(JSON.parse(text)).toEqual(["authorization", "raw-key", "Host", url.host, "Connection", "keep-alive"]);
  });

  it("gives the answer as it is: an error's status, a redirect, its headers and its text", async () => {
    const url = await serve((_, response) => response.writeHead(307, { location: "/elsewhere" }).end("è"));
    const reply = await get(url);
    expect(reply.status).toBe(307);
    expect(reply.headers.location).toBe("/elsewhere");
    expect(reply.text).toBe("è");
  });

  it("sends a body with its length", async () => {
    const url = await serve(async (request, response) => {
      let body = "";
      for await (const piece of request.setEncoding("utf8")) body += piece;
      response.end(`${request.headers["content-length"]} ${body}`);
    });
    expect((await get(url, { method: "POST", body: "è" })).text).toBe("2 è");
  });

  it("keeps a connection, but opens one for a request that wants its own", async () => {
    const ports: unknown[] = [];
    const url = await serve((request, response) => {
      ports.push(request.socket.remotePort);
      response.end();
    });
    await get(url);
    await get(url);
    await get(url, { ownConnection: true });
    expect(new Set(ports.slice(0, 2)).size).toBe(1);
    expect(new Set(ports).size).toBe(2);
  });

  it("tells a server that cannot be reached from one that took the request and fell silent", async () => {
    const unused = createServer();
    const refusing = await listen(unused);
    unused.close();
    await once(unused, "close");
    await expect(get(refusing)).rejects.toMatchObject({ code: "unreachable", systemCode: "ECONNREFUSED" });

    const resetting = await serve((request) => request.socket.resetAndDestroy());
    await expect(get(resetting)).rejects.toMatchObject({ code: "lost", systemCode: "ECONNRESET" });
  });

  it("calls half an answer lost", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("half", () => response.destroy());
    });
    await expect(get(url)).rejects.toMatchObject({ code: "lost" });
  });

  it("calls an answer that is no HTTP lost", async () => {
    const url = await listen(createTcpServer((socket) => socket.end("SSH-2.0-hello\r\n")));
    await expect(get(url)).rejects.toMatchObject({ code: "lost" });
  });

  it("gives up on a server that never answers, and on one that drips", async () => {
    const silent = await serve(() => {});
    await expect(get(silent, { timeoutMs: 200 })).rejects.toMatchObject({ code: "timeout" });

    const dripping = await serve((_, response) => {
      const timer = setInterval(() => response.write("."), 5);
      response.on("close", () => clearInterval(timer));
    });
    await expect(get(dripping, { timeoutMs: 200 })).rejects.toMatchObject({ code: "timeout" });
  });

  it("gives a large answer more time, as a slow line needs", async () => {
    const url = await serve((_, response) => {
      response.write("x".repeat(100_000));
      setTimeout(() => response.end(), 400);
    });
    // 300 ms, and one second for the 100 kB.
    const { text } = await get(url, { timeoutMs: 300, maxBytes: 200_000 });
    expect(text).toHaveLength(100_000);
  });

  it("stops reading an answer that is too large", async () => {
    const url = await serve((_, response) => response.end("x".repeat(1_001)));
    await expect(get(url)).rejects.toMatchObject({ code: "too-large" });
  });

  it("ends at once when the signal is aborted, before and during the request", async () => {
    const controller = new AbortController();
    let asked = 0;
    const url = await serve(() => {
      asked += 1;
      controller.abort();
    });
    await expect(get(url, { signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
    await expect(get(url, { signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
    expect(asked).toBe(1);
  });
});
