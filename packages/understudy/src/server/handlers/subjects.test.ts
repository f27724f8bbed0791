import { describe, expect, test } from "vitest";
import { sharePeopleWorld } from "#people/testing/people-world.js";

const shared = sharePeopleWorld();

async function jo() {
  const world = shared();
  const owner = await world.newOwner();
  const consent = await world.consent(owner, "jo");
  const render = await world.render(owner, consent, { state: "finished" });
  return { world, owner, consent, render, path: `/v1/subjects/${consent.subject.id}` };
}

describe("/v1/subjects/{id}", () => {
  test("tells of a person: what they agreed to, and what was made", async () => {
    const { owner, consent, render, path } = await jo();
    expect(await (await owner.ask("GET", path)).json()).toMatchObject({
      state: "on record",
      consents: [{ id: consent.id, state: "live" }],
      renders: [{ id: render.id }],
    });
  });

  test("erases a person; then only that is told of them", async () => {
    const { owner, consent, path } = await jo();
    const dry = await (await owner.ask("DELETE", `${path}?dryRun=true`)).json();
    expect(dry).toMatchObject({ outcome: "dry-run", counts: { renders: 1, outputs: 2 } });
    const erased = await (await owner.ask("DELETE", path)).json();
    expect(erased).toMatchObject({
      id: consent.subject.id,
      outcome: "erased",
      counts: { renders: 1, outputs: 2 },
      remaining: [],
    });
    expect(await (await owner.ask("DELETE", path)).json()).toMatchObject({ outcome: "already-erased" });
    expect(await (await owner.ask("GET", path)).json()).toMatchObject({ state: "erased", consents: [], renders: [] });
    expect((await owner.ask("POST", `${path}/links`)).status).toBe(404);
  });

  test("makes addresses of the person's page", async () => {
    const { world, owner, path } = await jo();
    const answer = await owner.ask("POST", `${path}/links`);
    expect(answer.status).toBe(201);
    const { personUrl } = (await answer.json()) as { personUrl: string };
    expect((await world.api.request(new URL(personUrl).pathname)).status).toBe(200);
  });

  test("is a 404 for another owner, and nothing is erased", async () => {
    const { world, owner, path } = await jo();
    const other = await world.newOwner();
    for (const [method, each] of [
      ["GET", path],
      ["DELETE", path],
      ["DELETE", `${path}?dryRun=true`],
      ["POST", `${path}/links`],
    ] as const) {
      expect((await other.ask(method, each)).status, `${method} ${each}`).toBe(404);
    }
    expect(await (await owner.ask("GET", path)).json()).toMatchObject({ state: "on record", renders: [{}] });
  });

  test("needs its own scope to erase", async () => {
    const { world, path } = await jo();
    const reader = await world.newOwner();
    const { secret } = await world.service.keys.create({
      ownerId: reader.ownerId,
      name: "reader",
      scopes: ["consents:write"],
    });
    const answer = await world.api.request(path, { method: "DELETE", headers: { authorization: `Bearer ${secret}` } });
    expect(answer.status).toBe(403);
  });
});
