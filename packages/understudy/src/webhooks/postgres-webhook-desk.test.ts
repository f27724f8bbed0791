import { describe, expect, it } from "vitest";
import { sqlOf, transaction } from "#postgres/database.js";
import { sweepWebhooks } from "./sweep-webhooks.js";
import { shareWebhookWorld } from "./testing/webhook-world.js";
import type { WebhookMessage } from "./webhook-desk.js";

const openWebhookWorld = shareWebhookWorld();

const url = "http://127.0.0.1:8009/hook";
const everything = { url, types: [] } as const;
const namedOnly = { url, types: ["webhook.test"] } as const;

function byAge(messages: readonly WebhookMessage[]): readonly WebhookMessage[] {
  return messages.toReversed();
}

describe("news", () => {
  it("goes to the endpoints that want its kind and to the one it names, never to another owner's, once each", async () => {
    const { desk, tell } = await openWebhookWorld();
    const make = async (owner: string, ...types: ("render.failed" | "consent.revoked")[]) =>
      (await desk.createEndpoint(owner, { url, types })).endpoint.id;
    const [all, failed, revoked] = [
      await make("owner_a"),
      await make("owner_a", "render.failed"),
      await make("owner_a", "consent.revoked"),
    ];
    const foreign = await make("owner_b");
    await tell({ type: "render.failed", renderId: "render_1", endpointId: all });
    await tell({ type: "render.finished", endpointId: revoked });
    await tell({ type: "render.finished", endpointId: foreign });
    const told = (await desk.listMessages("owner_a", { limit: 100 })).map(
      ({ endpointId, type }) => `${endpointId} ${type}`,
    );
    expect(told.sort()).toEqual(
      [
        `${all} render.failed`,
        `${failed} render.failed`,
        `${all} render.finished`,
        `${revoked} render.finished`,
        `${all} render.finished`,
      ].sort(),
    );
    expect(await desk.listMessages("owner_b", { limit: 100 })).toEqual([]);
  });

  it("is told if and only if its transaction counts, with sequences that have no gap, however many tell at once", async () => {
    const { desk, database, now } = await openWebhookWorld();
    const failed = (await desk.createEndpoint("owner_a", { url, types: ["render.failed"] })).endpoint.id;
    const finished = (await desk.createEndpoint("owner_a", { url, types: ["render.finished"] })).endpoint.id;
    // Some tell one endpoint first, others the other one: nobody waits for anybody in a circle.
    const tellAll = (types: readonly ("render.failed" | "render.finished")[], isLost = false) =>
      transaction(database.pool, async (sql) => {
        for (const type of types) await desk.add(sql, { ownerId: "owner_a", type, data: { isLost } }, now());
        if (isLost) throw new Error("rolled back");
      });
    const told = Array.from({ length: 15 }, () => [
      tellAll(["render.failed", "render.finished"]),
      tellAll(["render.finished", "render.failed"]),
      tellAll(["render.finished", "render.failed"], true),
    ]);
    const outcomes = await Promise.allSettled(told.flat());
    const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [String(outcome.reason)] : []));
    expect(reasons).toEqual(Array.from({ length: 15 }, () => "Error: rolled back"));
    for (const endpointId of [failed, finished]) {
      const messages = byAge(await desk.listMessages("owner_a", { endpointId, limit: 100 }));
      expect(messages.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      expect(messages.map(({ body }) => (JSON.parse(body) as { sequence: number }).sequence)).toEqual(
        messages.map(({ sequence }) => sequence),
      );
      expect(messages.some(({ body }) => body.includes("true"))).toBe(false);
    }
  });

  it("is a body of type, time, sequence and data, of which an erasure leaves the render's id and state", async () => {
    const { desk, tell, database } = await openWebhookWorld();
    await desk.createEndpoint("owner_a", everything);
    await tell({ renderId: "render_1", data: { id: "render_1", state: "finished", metadata: { who: "Zoë" } } });
    await tell({ renderId: "render_2", data: { id: "render_2", metadata: { who: "Joe" } } });
    const read = async (renderId: string) => (await desk.listMessages("owner_a", { renderId, limit: 9 }))[0]!;
    const message = await read("render_1");
    expect(message).toMatchObject({ type: "render.finished", state: "waiting", attempts: [], renderId: "render_1" });
    expect(message.id).toMatch(/^msg_[0-9a-f]{24}$/);
    expect(message.body).toBe(
      '{"type":"render.finished","timestamp":"2026-05-01T12:00:00.000Z","sequence":1,"data":{"id":"render_1","state":"finished","metadata":{"who":"Zoë"}}}',
    );
    expect(await desk.forget(sqlOf(database.pool), ["render_1"])).toBe(1);
    const { body, ...rest } = await read("render_1");
    expect({ ...rest, body: message.body }).toEqual(message);
    expect(JSON.parse(body)).toEqual({
      type: "render.finished",
      timestamp: "2026-05-01T12:00:00.000Z",
      sequence: 1,
      data: { id: "render_1", state: "finished", erased: true },
    });
    expect((await read("render_2")).body).toContain("Joe");
  });
});

describe("an endpoint", () => {
  it("is seen and changed by its owner only", async () => {
    const { desk, tell } = await openWebhookWorld();
    const { endpoint, secret } = await desk.createEndpoint("owner_a", {
      url,
      types: ["render.failed", "render.failed"],
    });
    expect(endpoint).toMatchObject({ ownerId: "owner_a", url, types: ["render.failed"] });
    expect(await desk.listEndpoints("owner_a")).toEqual([endpoint]);
    expect(await desk.getEndpoint("owner_a", endpoint.id)).toEqual(endpoint);
    expect(await desk.secretOf("owner_a", endpoint.id)).toBe(secret);
    await tell({ type: "render.failed" });
    const [message] = await desk.listMessages("owner_a", { limit: 1 });

    expect(await desk.listEndpoints("owner_b")).toEqual([]);
    expect(await desk.getEndpoint("owner_b", endpoint.id)).toBeUndefined();
    expect(await desk.secretOf("owner_b", endpoint.id)).toBeUndefined();
    expect(await desk.rotateSecret("owner_b", endpoint.id, 0)).toBeUndefined();
    expect(await desk.sendTest("owner_b", endpoint.id)).toBeUndefined();
    expect(await desk.getMessage("owner_b", message!.id)).toBeUndefined();
    expect(await desk.resend("owner_b", message!.id)).toBeUndefined();
    expect(await desk.listMessages("owner_b", { endpointId: endpoint.id, limit: 1 })).toEqual([]);
    expect(await desk.removeEndpoint("owner_b", endpoint.id)).toBe(false);
    expect(await desk.secretOf("owner_a", endpoint.id)).toBe(secret);
  });

  it("that was removed is told nothing more, and what waited for it has failed", async () => {
    const { desk, tell } = await openWebhookWorld();
    const { endpoint } = await desk.createEndpoint("owner_a", everything);
    await tell();
    expect(await desk.removeEndpoint("owner_a", endpoint.id)).toBe(true);
    expect(await desk.removeEndpoint("owner_a", endpoint.id)).toBe(false);
    await tell({ endpointId: endpoint.id });
    const messages = await desk.listMessages("owner_a", { limit: 9 });
    expect(messages.map(({ state }) => state)).toEqual(["failed"]);
    expect(await desk.getEndpoint("owner_a", endpoint.id)).toBeUndefined();
    expect(await desk.sendTest("owner_a", endpoint.id)).toBeUndefined();
    await expect(desk.resend("owner_a", messages[0]!.id)).rejects.toMatchObject({ code: "webhook-refused" });
  });

  it("of a render's own URL is made once, by however many renders, and told what names it only", async () => {
    const { desk, tell } = await openWebhookWorld();
    const made = await Promise.all(Array.from({ length: 5 }, () => desk.createEndpoint("owner_a", namedOnly, true)));
    const { endpoint, secret } = made[0]!;
    expect(made).toEqual(Array.from({ length: 5 }, () => ({ endpoint, secret })));
    expect((await desk.createEndpoint("owner_b", namedOnly, true)).endpoint.id).not.toBe(endpoint.id);
    await tell();
    await tell({ endpointId: endpoint.id });
    expect(await desk.listMessages("owner_a", { limit: 9 })).toMatchObject([{ sequence: 1 }]);
    const { endpoint: own } = await desk.createEndpoint("owner_a", everything);
    expect(own.id).not.toBe(endpoint.id);
  });

  it("is refused for a private address, and after a hundred", async () => {
    const { desk, database } = await openWebhookWorld();
    await expect(desk.createEndpoint("owner_a", { url: "http://10.0.0.1/", types: [] })).rejects.toMatchObject({
      code: "webhook-refused",
    });
    await sqlOf(database.pool).query(
      `insert into understudy.webhook_endpoint (id, owner_id, url, event_types, secrets, created_at)
       select 'endpoint_' || n, 'owner_a', 'https://x.example', '{}', '[]', now() from generate_series(1, 100) n`,
    );
    await expect(desk.createEndpoint("owner_a", everything)).rejects.toThrow(
      "There are 100 webhook endpoints already.",
    );
    expect((await desk.createEndpoint("owner_a", namedOnly, true)).endpoint.url).toBe(url);
    expect((await desk.createEndpoint("owner_b", everything)).endpoint.url).toBe(url);
  });
});

it("messages are listed newest first, page by page", async () => {
  const { desk, tell } = await openWebhookWorld();
  const { endpoint } = await desk.createEndpoint("owner_a", everything);
  for (let index = 0; index < 5; index++) await tell();
  const page = async (beforeSequence?: number) =>
    (
      await desk.listMessages("owner_a", {
        endpointId: endpoint.id,
        limit: 2,
        ...(beforeSequence !== undefined && { beforeSequence }),
      })
    ).map(({ sequence }) => sequence);
  expect(await page()).toEqual([5, 4]);
  expect(await page(4)).toEqual([3, 2]);
  expect(await page(2)).toEqual([1]);
});

it("a sweep removes what ended 30 days ago, and endpoints of which nothing is left to tell", async () => {
  const { desk, tell, database, wait, now } = await openWebhookWorld();
  const { endpoint: ofRender } = await desk.createEndpoint("owner_a", namedOnly, true);
  const { endpoint: kept } = await desk.createEndpoint("owner_a", everything);
  const { endpoint: removed } = await desk.createEndpoint("owner_a", everything);
  await tell({ endpointId: ofRender.id });
  await desk.removeEndpoint("owner_a", removed.id);
  const sweep = () => sweepWebhooks(database.pool, now());
  wait(32 * 86_400);
  // Two still wait: nobody has tried them.
  expect(await sweep()).toEqual({ messages: 1, endpoints: 1 });
  await sqlOf(database.pool).query("update understudy.webhook_message set state = 'delivered'");
  expect(await sweep()).toEqual({ messages: 2, endpoints: 1 });
  expect(await desk.listEndpoints("owner_a")).toEqual([kept]);
});
