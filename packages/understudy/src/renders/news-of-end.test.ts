import { describe, expect, it, onTestFinished } from "vitest";
import { transaction } from "#postgres/database.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { openServiceAddress } from "#serve/service-address.js";
import { createWebhookDesk } from "#webhooks/index.js";
import { openReceiver } from "#webhooks/testing/receiver.js";
import { shareWebhookWorld } from "#webhooks/testing/webhook-world.js";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { newsOfEnd } from "./news-of-end.js";
import { openRenderList } from "./postgres-render-list.js";
import type { RenderOutcome } from "./render-list.js";
import { sampleOrder, seedCaller } from "./testing/sample-render.js";
import { fakeManifest } from "#testing/fake-wiring.js";

const database = shareTestDatabase();

it("needs no second connection for an end: as many at once as the pool has connections do not wait for each other", async () => {
  const { pool } = database();
  const now = () => new Date();
  const webhooks = createWebhookDesk({ pool, policy: parseAddressPolicy([]), now });
  const address = openServiceAddress({ server: { publicUrl: "" } } as never, database());
  await address.note("http://127.0.0.1:1");
  const onEnd = newsOfEnd(webhooks, { publicUrl: address.read, now });
  const renders = await openRenderList({ database: database(), now, onEnd });
  onTestFinished(() => renders.close());
  const caller = await seedCaller(database());
  const create = async () => (await renders.create({ order: sampleOrder(), priority: 0 }, caller)).render.id;
  const ids = await Promise.all(Array.from({ length: 2 * pool.options.max }, create));
  const ended = await Promise.all(ids.map((id) => renders.cancel(caller.ownerId, id)));
  expect(ended.map((render) => render?.state)).toEqual(ids.map(() => "cancelled"));
});

const openWebhookWorld = shareWebhookWorld();

const cost = { engineSeconds: 1, usdPerEngineSecond: 0, usd: 0 };
const video = { key: "k", fileName: "rec.mp4", mediaType: "video/mp4", byteLength: 7, sha256: "b".repeat(64) };
const finished: RenderOutcome = {
  state: "finished",
  files: [{ ...video, path: "/r/SECRET/recA1b2C3d4E5f6G7.mp4" }],
  manifest: fakeManifest({}),
  cost,
};
const failed: RenderOutcome = {
  state: "failed",
  error: { code: "no-face-in-photo", message: "There is\n no face in the photo.", hint: "h", retryable: false },
};

/** A scenario waits at one address, and the owner's own program at another one, for a render to end. */
async function tellScenario(outcome: RenderOutcome) {
  const { database: world, desk, deliver, now } = await openWebhookWorld();
  await world.pool.query("delete from understudy.render");
  const caller = await seedCaller(world);
  const [scenario, own] = [await openReceiver(), await openReceiver()];
  const { endpoint } = await desk.createEndpoint(caller.ownerId, { url: scenario.url, types: ["webhook.test"] });
  await desk.createEndpoint(caller.ownerId, { url: own.url, types: [] });
  const onEnd = newsOfEnd(desk, { publicUrl: async () => "https://videos.example", now });
  const renders = await openRenderList({ database: world, now, onEnd });
  onTestFinished(() => renders.close());
  const order = sampleOrder({ webhookEndpointId: endpoint.id, briefRecordId: "recA1b2C3d4E5f6G7" });
  const { id } = (await renders.create({ order, priority: 0 }, caller)).render;
  const begun = await renders.begin(id, 1, "runner", 1);
  expect(begun.kind).toBe("begun");
  await renders.end((begun as Extract<typeof begun, { kind: "begun" }>).token, outcome);
  await deliver();
  const forget = () => transaction(world.pool, (sql) => desk.forget(sql, [id]));
  const bodies = async () => (await desk.listMessages(caller.ownerId, { limit: 9 })).map(({ body }) => body).sort();
  return { id, scenario: scenario.arrivals, own: own.arrivals, forget, bodies };
}

describe("a scenario's job is told, byte for byte, as the brief has it", () => {
  it.each([
    [
      "finished",
      finished,
      '{"status":"Complete","record_id":"recA1b2C3d4E5f6G7","output_url":"https://videos.example/r/SECRET/recA1b2C3d4E5f6G7.mp4","error_message":""}',
    ],
    [
      "failed",
      failed,
      '{"status":"\u{1F6A9} Failed","record_id":"recA1b2C3d4E5f6G7","output_url":"","error_message":"no-face-in-photo: There is no face in the photo."}',
    ],
    [
      "cancelled",
      { state: "cancelled" } as const,
      '{"status":"\u{1F6A9} Failed","record_id":"recA1b2C3d4E5f6G7","output_url":"","error_message":"cancelled: The job was cancelled before it was done."}',
    ],
  ])("%s", async (state, outcome, body) => {
    const { scenario, own } = await tellScenario(outcome);
    expect(scenario.map((arrival) => arrival.body)).toEqual([body]);
    expect(scenario[0]!.headers).toMatchObject({
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      "webhook-signature": expect.stringMatching(/^v1,/) as string,
    });
    const flag = Buffer.from("f09f9aa9", "hex").toString();
    expect(scenario[0]!.body.split(flag).length - 1).toBe(state === "finished" ? 0 : 1);
    expect(own.map(({ news }) => news.type)).toEqual([`render.${state}`]);
  });

  it("and an erasure takes the address out of what was told, and leaves the four members", async () => {
    const { id, forget, bodies } = await tellScenario(finished);
    expect(await forget()).toBe(2);
    const [event, brief] = await bodies();
    expect(brief).toBe('{"status":"Complete","record_id":"recA1b2C3d4E5f6G7","output_url":"","error_message":""}');
    expect(JSON.parse(event!)).toMatchObject({ data: { id, state: "finished", erased: true } });
    expect(event).not.toContain("SECRET");
  });
});
