import type { ServerResponse } from "node:http";
import { expect, it, onTestFinished, vi } from "vitest";
import { startWebhookDelivery, type WebhookDeliveryOptions } from "./deliver-webhooks.js";
import { openReceiver } from "./testing/receiver.js";
import { loopbackPolicy, shareWebhookWorld, type WebhookWorld } from "./testing/webhook-world.js";

const openWebhookWorld = shareWebhookWorld();

/** Runs a delivery that hears of new messages only: it polls once an hour. */
async function start({ database, tools, now }: WebhookWorld, options: Partial<WebhookDeliveryOptions> = {}) {
  const delivery = await startWebhookDelivery({
    database,
    policy: loopbackPolicy,
    log: tools.log,
    now,
    pollMs: 3_600_000,
    ...options,
  });
  onTestFinished(() => delivery.close());
  return delivery;
}

const soon = { timeout: 10_000, interval: 5 };

it("sends what waited, and is woken by what is written later", async () => {
  const world = await openWebhookWorld();
  const receiver = await openReceiver();
  await world.desk.createEndpoint("owner_a", { url: receiver.url, types: [] });
  await world.tell();
  await start(world);
  await vi.waitFor(() => expect(receiver.arrivals).toHaveLength(1), soon);
  await world.tell();
  await vi.waitFor(() => expect(receiver.arrivals).toHaveLength(2), soon);
});

it("comes back to what was put off, without being told", async () => {
  const world = await openWebhookWorld();
  const statuses = [500, 204];
  const receiver = await openReceiver((response) => response.writeHead(statuses.shift()!).end());
  await world.desk.createEndpoint("owner_a", { url: receiver.url, types: [] });
  await start(world, { pollMs: 10 });
  await world.tell();
  await vi.waitFor(() => expect(world.lines).toMatchObject([{ status: 500, settled: "waiting" }]), soon);
  // Five seconds, and the most that chance adds.
  world.wait(6);
  await vi.waitFor(() => expect(receiver.arrivals).toHaveLength(2), soon);
});

it("has two requests at most to an endpoint that hangs, and the others do not wait for it", async () => {
  const world = await openWebhookWorld();
  const hanging: ServerResponse[] = [];
  const slow = await openReceiver((response) => hanging.push(response));
  const quick = await openReceiver();
  const { endpoint } = await world.desk.createEndpoint("owner_a", { url: slow.url, types: ["render.failed"] });
  await world.desk.createEndpoint("owner_a", { url: quick.url, types: ["render.finished"] });
  for (let index = 0; index < 12; index++) await world.tell({ type: "render.failed" });
  for (let index = 0; index < 12; index++) await world.tell();
  const delivery = await start(world, { concurrency: 4 });
  await vi.waitFor(() => expect(quick.arrivals).toHaveLength(12), soon);
  expect(slow.arrivals).toHaveLength(2);
  // A close lets those under way end and begins no others.
  const closed = delivery.close();
  for (const response of hanging) response.writeHead(204).end();
  await closed;
  expect(slow.arrivals).toHaveLength(2);
  const states = (await world.desk.listMessages("owner_a", { endpointId: endpoint.id, limit: 100 })).map(
    ({ state }) => state,
  );
  expect(states.filter((state) => state === "delivered")).toHaveLength(2);
  expect(states.filter((state) => state === "waiting")).toHaveLength(10);
});

it("is shared by several processes: each message is sent once, by one of them", async () => {
  const world = await openWebhookWorld();
  const receiver = await openReceiver();
  await world.desk.createEndpoint("owner_a", { url: receiver.url, types: [] });
  await Promise.all([start(world), start(world), start(world)]);
  for (let index = 0; index < 30; index++) await world.tell();
  await vi.waitFor(() => expect(receiver.arrivals.length).toBeGreaterThanOrEqual(30), soon);
  await vi.waitFor(
    async () =>
      expect(
        (await world.desk.listMessages("owner_a", { limit: 100 })).every(({ state }) => state === "delivered"),
      ).toBe(true),
    soon,
  );
  expect(receiver.arrivals.map(({ news }) => news.sequence).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 30 }, (_, index) => index + 1),
  );
});
