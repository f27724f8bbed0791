import { once } from "node:events";
import { connect } from "node:net";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { describe, expect, it, onTestFinished } from "vitest";
import { scopes } from "#access/caller.js";
import { createWebhookDesk } from "#webhooks/index.js";
import { listen } from "./listen.js";
import { shareTestService, type TestCaller } from "./testing/open-test-service.js";

const shared = shareTestService();

const publicUrl = "http://93.184.215.14/a";
const order = { source: { url: publicUrl }, face: { url: publicUrl }, consent: { attestedBy: "Sam" } };

const newcomer = () => shared().newCaller({ scopes });

/** Sends text that is no JSON of ours. */
function sendText({ secret }: TestCaller, path: string, body: string, type = "application/json"): Promise<Response> {
  const headers = { authorization: secret, "content-type": type };
  return Promise.resolve(shared().api.request(path, { method: "POST", headers, body }));
}

/** Addresses that guarded-fetch's own tests refuse; here each of them comes in through the API. */
const privateUrls = [
  "http://127.0.0.1/",
  "https://127.0.0.1:8080/",
  "http://127.1/",
  "http://0x7f000001/",
  "http://0177.0.0.1/",
  "http://2130706433/",
  "http://%31%32%37.0.0.1/",
  "http://①②⑦.⓪.⓪.①/",
  "http://0/",
  "http://[::]/",
  "http://[::1]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[64:ff9b::127.0.0.1]/",
  "http://[2002:7f00:1::]/",
  "http://localhost/",
  "http://localhost./",
  "http://169.254.169.254/latest/meta-data/",
  "http://2852039166/",
  "http://0xA9.0xFE.0xA9.0xFE/",
  "http://169.16689662/",
  "http://[::ffff:a9fe:a9fe]/",
  "http://[fd00:ec2::254]/",
  "http://[fe80::a9fe:a9fe]/",
  "http://100.100.100.200/",
  "http://168.63.129.16/",
  "http://10.0.0.1/",
  "http://172.16.0.1/",
  "http://192.168.0.1/",
  "http://224.0.0.1/",
  "file:///etc/passwd",
  "gopher://127.0.0.1:6379/_FLUSHALL",
  "http://user:pass@93.184.215.14/",
  "http://8.8.8.8@127.0.0.1/",
  "http://93.184.215.14:22/",
  "http://93.184.215.14/\r\nHost: other.example",
];

describe("a URL that leads into a private network", () => {
  function strict() {
    const { service, reopen } = shared();
    const policy = parseAddressPolicy([]);
    const { pool } = service.database;
    const resolve = async () => ["93.184.215.14"];
    return reopen({ policy, webhooks: createWebhookDesk({ pool, policy, now: service.now, resolve }) });
  }
  const fields = [
    ["source", "/v1/renders", (url: string) => ({ ...order, source: { url } })],
    ["face", "/v1/renders", (url: string) => ({ ...order, face: [order.face, { url }] })],
    [
      "voice",
      "/v1/renders",
      (url: string) => ({ ...order, script: "Hello.", voice: { sample: { url }, text: "Hi." } }),
    ],
    ["webhook", "/v1/renders", (url: string) => ({ ...order, webhook: { url } })],
    ["webhook endpoint", "/v1/webhook-endpoints", (url: string) => ({ url })],
  ] as const;

  it.each(fields)("is refused as %s, whatever its spelling, and nothing is kept", async (_field, path, bodyOf) => {
    const { newCaller, lines } = strict();
    const caller = await newCaller({ scopes });
    const before = lines.length;
    const accepted: string[] = [];
    for (const url of privateUrls) {
      const { status } = await caller.ask("POST", path, bodyOf(url));
      if (status !== 422) accepted.push(`${url} ${status}`);
    }
    expect(accepted).toEqual([]);
    expect(await (await caller.ask("GET", "/v1/renders")).json()).toEqual({ renders: [] });
    expect(await (await caller.ask("GET", "/v1/webhook-endpoints")).json()).toEqual({ endpoints: [] });
    expect(JSON.stringify(lines.slice(before))).not.toMatch(/:\/\/|passwd|meta-data/);
  });
});

describe("a key", () => {
  it("that was revoked or has expired opens nothing, as if it had never been", async () => {
    const { service, api } = shared();
    const ask = async (authorization: string) => {
      const answer = await api.request("/v1/keys", { headers: { authorization } });
      return [answer.status, await answer.text()];
    };
    const never = await ask(`us_${"0".repeat(32)}`);
    const revoked = await service.keys.create({ name: "a", scopes });
    expect((await ask(revoked.secret))[0]).toBe(200);
    await service.keys.revoke(revoked.key.ownerId, revoked.key.keyId);
    const expiresAt = new Date(service.now().getTime() + 1);
    const expired = await service.keys.create({ name: "b", scopes, expiresAt });
    shared().clock.now = expiresAt;
    expect([await ask(revoked.secret), await ask(expired.secret)]).toEqual([never, never]);
    expect(never[0]).toBe(401);
  });
});

describe("a body", () => {
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  const bodies = [
    ["lists in lists", deep],
    ["lists in a field", `{"metadata":${deep},"photos":${deep},"subject":${deep}}`],
    ["bytes that are no UTF-8", "\ufffe{}"],
    ["nothing", ""],
    ["null", "null"],
    ["a text", '"name"'],
    ["names that every object has", '{"__proto__":{"name":"a"},"constructor":{"prototype":{}},"toString":1}'],
  ] as const;
  const paths = [
    "/v1/renders",
    "/v1/consents",
    "/v1/consents/import",
    "/v1/webhook-endpoints",
    "/v1/keys",
    "/v1/verify",
  ];

  it.each(bodies)("of %s is refused everywhere, and is nobody's fault", async (_, body) => {
    const caller = await newcomer();
    const statuses = await Promise.all(paths.map(async (path) => (await sendText(caller, path, body)).status));
    expect(statuses).toEqual(paths.map(() => 400));
  });

  it.each([
    "text/plain",
    "application/json, text/plain",
    "multipart/form-data; boundary=x",
    "APPLICATION/JSONP",
    "json",
  ])("called %s is refused everywhere", async (type) => {
    const caller = await newcomer();
    const statuses = await Promise.all(paths.map(async (path) => (await sendText(caller, path, "{}", type)).status));
    expect(statuses).toEqual(paths.map(() => 415));
  });

  it("may call its metadata what every object has, and changes no other object", async () => {
    const names = '"constructor":"a","toString":"b","hasOwnProperty":"c"';
    const body = `{"metadata":{"__proto__":"d",${names}},${JSON.stringify(order).slice(1)}`;
    const answer = await sendText(await newcomer(), "/v1/renders", body);
    expect(answer.status).toBe(202);
    const { metadata } = (await answer.json()) as { readonly metadata: object };
    expect(Object.entries(metadata).sort()).toEqual([
      ["constructor", "a"],
      ["hasOwnProperty", "c"],
      ["toString", "b"],
    ]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it.each([
    ["costCapUsd", "1e999"],
    ["deadlineSeconds", "1e30"],
    ["deadlineSeconds", "900.5"],
    ["priority", "-9007199254740993"],
    ["plan", '{"swap":[{"startSeconds":0,"endSeconds":1e300}]}'],
    ["plan", '{"swap":[{"startSeconds":-0.1,"endSeconds":1}]}'],
    ["script", `"${"a ".repeat(2501)}"`],
    ["script", '"\\u0000"'],
    ["captions", '{"mode":"burn","transcript":"\\ud800"}'],
    ["captions", `{"mode":"burn","transcript":"${"a ".repeat(7501)}"}`],
    ["source", `{"libraryPath":"${"a".repeat(201)}"}`],
    ["source", `{"libraryPath":"${"a/".repeat(300)}a"}`],
  ])("whose %s is %s is refused", async (field, text) => {
    const rest = Object.entries(order).filter(([name]) => name !== field);
    const body = `{"${field}":${text},${JSON.stringify(Object.fromEntries(rest)).slice(1)}`;
    const answer = await sendText(await newcomer(), "/v1/renders", body);
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { detail: expect.stringContaining(`\`${field}`) },
    ]);
  });

  it("may name the longest path of a library that there can be", async () => {
    const libraryPath = `${"a".repeat(200)}/${"b".repeat(200)}/${"c".repeat(98)}`;
    const answer = await (await newcomer()).ask("POST", "/v1/renders", { ...order, source: { libraryPath } });
    expect(answer.status).toBe(404);
  });
});

describe("an address", () => {
  it.each([
    "/v1/renders/%00",
    "/v1/renders/..%2fkeys",
    "/v1/uploads/%00",
    "/v1/uploads/..%2f..%2fetc%2fpasswd",
    "/v1/webhook-endpoints/%F0%9F%8E%AC",
    "/v1/webhook-messages/%E0%A4%A",
    `/v1/uploads/${"a".repeat(5000)}`,
    `/v1/consents/${"%f0".repeat(1000)}`,
    "/r/%00/%00",
    `/r/${"A".repeat(22)}/..%2f..%2fetc%2fpasswd`,
    "/me/%00",
    "/me/..%2f..%2fetc",
    "/v1/renders?cursor=%00",
    "/v1/renders?limit=1&limit=2",
    "/v1/renders?state=__proto__",
    "/v1/webhook-messages?limit=1e400",
  ])("%s leads nowhere", async (path) => {
    const { status } = await (await newcomer()).ask("GET", path);
    expect([400, 404]).toContain(status);
  });

  it.each(["?__proto__=1", "?constructor=1", "?limit[]=1", "?%00=%00"])("may end with %s", async (query) => {
    expect((await (await newcomer()).ask("GET", `/v1/renders${query}`)).status).toBe(200);
  });
});

describe("over a connection", () => {
  /** Sends bytes as they stand; a client of ours would mend them. */
  async function say(request: string): Promise<string> {
    const { api } = shared().reopen({});
    const server = await listen({ app: api, host: "127.0.0.1", port: 0 });
    onTestFinished(() => server.close(0));
    const socket = connect(server.port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    let heard = "";
    socket.on("data", (bytes: Buffer) => (heard += bytes.toString())).on("error", () => undefined);
    socket.write(request);
    await once(socket, "close");
    return heard;
  }
  const get = (target: string, fields = "") =>
    `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${fields}\r\n`;

  it.each([
    "/docs/../v1/keys",
    "/healthz/%2e%2e/v1/keys",
    "/me/x/../../v1/keys",
    "/%76%31/keys",
    "/v1/./keys",
    "/v1/keys?/healthz",
    "/v1/keys#/healthz",
    "http://a/v1/keys",
    "http://other.example/healthz/../v1/keys",
    "/%6detrics",
  ])("%s needs a key like the route that it leads to", async (target) => {
    expect(await say(get(target))).toMatch(/^HTTP\/1\.1 401 /);
  });

  it.each(["//v1/keys", "/v1/keys/", "/V1/keys", "/v1%2fkeys", "/v1/keys;a=b", "/v1/keys%00"])(
    "%s is no other spelling of a route",
    async (target) => {
      expect(await say(get(target, `Authorization: ${shared().alice.secret}\r\n`))).toMatch(/^HTTP\/1\.1 404 /);
    },
  );

  it.each([
    ["two keys", (key: string) => `Authorization: us_${"0".repeat(32)}\r\nAuthorization: ${key}\r\n`, 401],
    ["a method in a field", (key: string) => `Authorization: ${key}\r\nX-HTTP-Method-Override: DELETE\r\n`, 200],
    ["a path in a field", (key: string) => `Authorization: ${key}\r\nX-Original-URL: /metrics\r\n`, 200],
    ["two lengths", () => "Content-Length: 5\r\nContent-Length: 6\r\n", 400],
    ["a length and pieces", () => "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400],
    ["a line that goes on", () => "X: a\r\n b\r\nX : c\r\n", 400],
  ])("%s are not taken for what they are not", async (_, fieldsOf, status) => {
    expect(await say(get("/v1/keys", fieldsOf(shared().alice.secret)))).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it("whatever a Host says, links lead to the service's own address", async () => {
    const forged = "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n";
    const heard = await say(`GET /openapi.json HTTP/1.1\r\nConnection: close\r\n${forged}\r\n`);
    expect(heard).toContain('"servers":[{"url":"http://service.test"}]');
    expect(heard).not.toContain("evil.example");
  });
});
