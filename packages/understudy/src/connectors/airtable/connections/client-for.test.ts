import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { describe, expect, it, onTestFinished } from "vitest";
import { clientFor } from "./client-for.js";

const token = "patAbCdEfGhIjKlMn.0123456789abcdef";

function clientWith(env: Readonly<Record<string, string>>) {
  return clientFor(
    { tokenVariable: "OTHER_TOKEN" },
    {
      env,
      policy: parseAddressPolicy(["loopback"]),
      pace: { wait: async () => undefined, hold: async () => undefined },
      signal: new AbortController().signal,
    },
  );
}

describe("the client of a connection", () => {
  it("has the token of the connection's variable and asks where AIRTABLE_ENDPOINT_URL says", async () => {
    const server = createServer(({ headers }, response) => {
      response.end(JSON.stringify({ scopes: [headers.authorization] }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const client = clientWith({ OTHER_TOKEN: token, AIRTABLE_ENDPOINT_URL: `http://127.0.0.1:${port}` });
    expect(await client.scopes()).toEqual([`Bearer ${token}`]);
  });

  it.each([
    "http://airtable.example",
    "http://127.0.0.1.airtable.example",
    "http://localhost@airtable.example",
    "ftp://127.0.0.1",
    "airtable.example",
  ])("is not made for %s, where the token would travel in clear", (endpoint) => {
    const env = { OTHER_TOKEN: token, AIRTABLE_ENDPOINT_URL: endpoint };
    const thrown = expect.objectContaining({ code: "airtable-token", message: expect.not.stringContaining(endpoint) });
    expect(() => clientWith(env)).toThrow(thrown);
  });

  it.each(["https://airtable.example", "http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1"])(
    "is made for %s",
    (endpoint) => {
      expect(() => clientWith({ OTHER_TOKEN: token, AIRTABLE_ENDPOINT_URL: endpoint })).not.toThrow();
    },
  );

  it.each([
    ["is not set", { AIRTABLE_TOKEN: token }],
    ["is not set", { OTHER_TOKEN: "" }],
    ["holds no personal access token of Airtable", { OTHER_TOKEN: "short" }],
    ["holds no personal access token of Airtable", { OTHER_TOKEN: `${token}\r\nHost: x` }],
    ["holds no personal access token of Airtable", { OTHER_TOKEN: `${token} ` }],
    ["holds no personal access token of Airtable", { OTHER_TOKEN: "x".repeat(501) }],
  ])("is not made when the variable %s, which is told without the token", (what, env) => {
    expect(() => clientWith(env)).toThrow(
      expect.objectContaining({ code: "airtable-token", message: `The environment variable OTHER_TOKEN ${what}.` }),
    );
  });
});
