import { expect, it } from "vitest";
import { sharePeopleWorld } from "#people/testing/people-world.js";
import { ticketOf, waitingTickets } from "./waiting-tickets.js";

const shared = sharePeopleWorld();

it("are those of renders that have waited so long that their runner may never have heard of them", async () => {
  const world = shared();
  const { service, clock } = world;
  const owner = await world.newOwner();
  const consent = await world.consent(owner, "jo");
  const { id } = await world.render(owner, consent, { state: "queued" });
  await world.render(owner, consent, { state: "running" });
  const ticketsAfter = (milliseconds: number) =>
    waitingTickets(service.renders, service.database, new Date(clock.now.getTime() + milliseconds));
  expect(await ticketsAfter(0)).toEqual([]);
  const { keyId } = owner;
  expect(await ticketsAfter(10_000)).toEqual([{ renderId: id, run: 1, keyId, priority: 0, rendersAtOnce: 2 }]);
});

it("carry what their key is allowed", async () => {
  const world = shared();
  const { service, clock } = world;
  const owner = await world.newOwner();
  await service.database.pool.query("update understudy.api_key set renders_at_once = 9 where id = $1", [owner.keyId]);
  const { id } = await world.render(owner, await world.consent(owner, "al"), { state: "queued" });
  const tickets = await waitingTickets(service.renders, service.database, new Date(clock.now.getTime() + 10_000));
  expect(tickets.find(({ renderId }) => renderId === id)).toMatchObject({ rendersAtOnce: 9 });
});

it("let a key have two renders in work when nothing else is said", () => {
  const render = { id: "render_0000000000000001", run: 3, keyId: "key_1", priority: 5 };
  expect(ticketOf(render)).toEqual({
    renderId: "render_0000000000000001",
    run: 3,
    keyId: "key_1",
    priority: 5,
    rendersAtOnce: 2,
  });
});
