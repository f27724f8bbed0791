import { expect, it, onTestFinished } from "vitest";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { openServiceAddress } from "#serve/service-address.js";
import { createWebhookDesk } from "#webhooks/index.js";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { newsOfEnd } from "./news-of-end.js";
import { openRenderList } from "./postgres-render-list.js";
import { sampleOrder, seedCaller } from "./testing/sample-render.js";

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
