import { verifyWebhook } from "@understudy/runpod";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { scopes } from "#access/caller.js";
import { transaction } from "#postgres/database.js";
import { shareTestService, type TestCaller } from "#server/testing/open-test-service.js";
import { startWebhookDelivery } from "#webhooks/index.js";
import { openReceiver } from "#webhooks/testing/receiver.js";

const shared = shareTestService();

interface Made {
  readonly endpoint: { readonly id: string };
  readonly secret: string;
}

interface Message {
  readonly id: string;
  readonly state: string;
  readonly sequence: number;
  readonly attempts: readonly object[];
}

const url = "http://127.0.0.1:8009/hook";

/** Somebody new, who has nothing yet. */
function newcomer(): Promise<TestCaller> {
  return shared().newCaller({ scopes });
}

async function ask<T>(caller: TestCaller, method: string, path: string, body?: unknown): Promise<[number, T]> {
  const answer = await caller.ask(method, path, body);
  const text = await answer.text();
  return [answer.status, (text === "" ? undefined : JSON.parse(text)) as T];
}

async function make(caller: TestCaller, body: object = { url }): Promise<Made> {
  const [status, made] = await ask<Made>(caller, "POST", "/v1/webhook-endpoints", body);
  expect(status).toBe(201);
  return made;
}

function tell({ ownerId }: TestCaller): Promise<void> {
  const { database, webhooks, now } = shared().service;
  return transaction(database.pool, (sql) =>
    webhooks.add(sql, { ownerId, type: "report.created", data: { reportId: "report_1" } }, now()),
  );
}

describe("a webhook endpoint", () => {
  it("is made with a secret, listed, shown and removed", async () => {
    const caller = await newcomer();
    const answer = await caller.ask("POST", "/v1/webhook-endpoints", { url: `${url}#x`, types: ["render.failed"] });
    const { endpoint, secret } = (await answer.json()) as Made;
    expect([answer.status, answer.headers.get("location")]).toEqual([201, `/v1/webhook-endpoints/${endpoint.id}`]);
    expect(endpoint).toEqual({
      id: expect.stringMatching(/^endpoint_[0-9a-f]{16}$/) as string,
      url,
      types: ["render.failed"],
      createdAt: "2027-01-01T12:00:00.000Z",
    });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const path = `/v1/webhook-endpoints/${endpoint.id}`;
    expect(await ask(caller, "GET", "/v1/webhook-endpoints")).toEqual([200, { endpoints: [endpoint] }]);
    expect(await ask(caller, "GET", path)).toEqual([200, endpoint]);
    expect(await ask(caller, "GET", `${path}/secret`)).toEqual([200, { secret }]);
    expect(await ask(caller, "DELETE", path)).toEqual([204, undefined]);
    expect(await ask(caller, "GET", "/v1/webhook-endpoints")).toEqual([200, { endpoints: [] }]);
    expect((await ask(caller, "GET", path))[0]).toBe(404);
  });

  it("gets a new secret, and the old one signs on for its grace", async () => {
    const caller = await newcomer();
    const { endpoint, secret } = await make(caller);
    const path = `/v1/webhook-endpoints/${endpoint.id}`;
    const [status, rotated] = await ask<{ secret: string }>(caller, "POST", `${path}/rotate-secret`, {
      graceSeconds: 60,
    });
    expect([status, rotated.secret === secret]).toEqual([200, false]);
    expect(await ask(caller, "GET", `${path}/secret`)).toEqual([200, rotated]);
  });

  it.each([
    [{ url: "http://10.0.0.1/s3cret" }, 422, "webhook-refused"],
    [{ url: "file:///s3cret" }, 422, "webhook-refused"],
    [{ url, types: ["webhook.test"] }, 400, "bad-request"],
    [{ url, types: ["render.exploded"] }, 400, "bad-request"],
    [{ url, secret: "s3cret" }, 400, "bad-request"],
    [{}, 400, "bad-request"],
  ])("is not made of %j", async (body, status, code) => {
    const [seen, problem] = await ask<object>(shared().alice, "POST", "/v1/webhook-endpoints", body);
    expect([seen, problem]).toMatchObject([status, { code }]);
    expect(JSON.stringify(problem)).not.toContain("s3cret");
  });
});

describe("webhook messages", () => {
  it("are listed, shown, sent, and sent again under the same id", async () => {
    const caller = await newcomer();
    const receiver = await openReceiver();
    const { endpoint, secret } = await make(caller, { url: receiver.url });
    const { database, policy, log, now } = shared().service;
    const delivery = await startWebhookDelivery({ database, policy, log, now });
    onTestFinished(() => delivery.close());

    const [status, test] = await ask<Message>(caller, "POST", `/v1/webhook-endpoints/${endpoint.id}/test`);
    expect([status, test]).toMatchObject([202, { type: "webhook.test", sequence: 1, attempts: [] }]);
    const path = `/v1/webhook-messages/${test.id}`;
    const delivered = async (attempts: number) => {
      const [, message] = await ask<Message>(caller, "GET", path);
      expect(message).toMatchObject({ state: "delivered", attempts: { length: attempts } });
    };
    await vi.waitFor(() => delivered(1), { timeout: 10_000, interval: 5 });
    expect((await ask(caller, "POST", `${path}/resend`))[0]).toBe(202);
    await vi.waitFor(() => delivered(2), { timeout: 10_000, interval: 5 });
    expect(receiver.arrivals.map(({ headers }) => headers["webhook-id"])).toEqual([test.id, test.id]);
    for (const { body, headers } of receiver.arrivals) {
      expect(() => verifyWebhook(body, { secret, headers, now: () => now().getTime() })).not.toThrow();
    }
    expect(receiver.arrivals[0]?.news).toMatchObject({ type: "webhook.test", data: { endpointId: endpoint.id } });
  });

  it("are found by endpoint and render, page by page", async () => {
    const caller = await newcomer();
    const { endpoint } = await make(caller);
    await make(caller, { url, types: ["render.failed"] });
    for (let index = 0; index < 3; index++) await tell(caller);
    const list = (query: string) =>
      ask<{ messages: readonly Message[] }>(caller, "GET", `/v1/webhook-messages${query}`);
    const sequences = async (query: string) => (await list(query))[1].messages.map(({ sequence }) => sequence);
    expect(await sequences("")).toEqual([3, 2, 1]);
    expect(await sequences(`?endpointId=${endpoint.id}&limit=2`)).toEqual([3, 2]);
    expect(await sequences(`?endpointId=${endpoint.id}&limit=2&beforeSequence=2`)).toEqual([1]);
    expect(await sequences("?renderId=render_0000000000000001")).toEqual([]);
    expect(await list("?beforeSequence=2")).toMatchObject([400, { code: "bad-request" }]);
    expect(await list("?limit=101")).toMatchObject([400, { code: "bad-request" }]);
  });
});

it("nothing of it is another owner's to see or to change", async () => {
  const [owner, other] = [await newcomer(), await newcomer()];
  const { endpoint, secret } = await make(owner);
  await tell(owner);
  const [, { messages }] = await ask<{ messages: readonly Message[] }>(owner, "GET", "/v1/webhook-messages");
  const endpointPath = `/v1/webhook-endpoints/${endpoint.id}`;
  const messagePath = `/v1/webhook-messages/${messages[0]!.id}`;
  const attempts: readonly (readonly [string, string, object?])[] = [
    ["GET", endpointPath],
    ["DELETE", endpointPath],
    ["GET", `${endpointPath}/secret`],
    ["POST", `${endpointPath}/rotate-secret`, { graceSeconds: 0 }],
    ["POST", `${endpointPath}/test`],
    ["GET", messagePath],
    ["POST", `${messagePath}/resend`],
  ];
  for (const [method, path, body] of attempts) {
    expect([method, path, (await ask(other, method, path, body))[0]]).toEqual([method, path, 404]);
  }
  expect(await ask(other, "GET", `/v1/webhook-messages?endpointId=${endpoint.id}`)).toEqual([200, { messages: [] }]);
  expect(await ask(other, "GET", "/v1/webhook-endpoints")).toEqual([200, { endpoints: [] }]);
  expect(await ask(owner, "GET", `${endpointPath}/secret`)).toEqual([200, { secret }]);
});

it("a key that may only read sees no secret", async () => {
  const owner = await newcomer();
  const { endpoint } = await make(owner);
  const reader = await shared().newCaller({ scopes: ["webhooks:read"], ownerId: owner.ownerId });
  expect((await ask(reader, "GET", `/v1/webhook-endpoints/${endpoint.id}`))[0]).toBe(200);
  expect((await ask(reader, "GET", `/v1/webhook-endpoints/${endpoint.id}/secret`))[0]).toBe(403);
});
