import { describe, expect, test } from "vitest";
import { giveConsent } from "#consent/index.js";
import { sqlOf } from "#postgres/database.js";
import { renderPrefix } from "#renders/render-keys.js";
import type { ServiceRender } from "#renders/service-render.js";
import { assertMayEnd } from "./assert-may-end.js";
import { revokeConsent, type RevokeOrder } from "./revoke-consent.js";
import { sharePeopleWorld, type PeopleWorld } from "./testing/people-world.js";

const shared = sharePeopleWorld();

/** An owner, a person, and their renders: one waits, one runs, one is finished. */
async function someRenders(world: PeopleWorld) {
  const owner = await world.newOwner();
  const consent = await world.consent(owner, "jo");
  const queued = await world.render(owner, consent, { state: "queued" });
  const running = await world.render(owner, consent, { state: "running" });
  const finished = await world.render(owner, consent, { state: "finished" });
  const revoke = (wish: Partial<RevokeOrder> = {}) =>
    revokeConsent({ ownerId: owner.ownerId, consentId: consent.id, deletesOutputs: false, ...wish }, world.service);
  /** Files that an address still leads to. */
  const linksOf = async ({ files = [] }: ServiceRender) => {
    const secrets = files.map(({ path }) => path.split("/")[2] ?? "");
    const found = await Promise.all(secrets.map((secret) => world.service.links.find(secret)));
    return found.filter((file) => file !== undefined).length;
  };
  return { owner, consent, queued, running, finished, revoke, linksOf };
}

describe("taking a consent back", () => {
  test("stops what waits and runs, lists what was made, and tells the owner's endpoints once", async () => {
    const world = shared();
    const { owner, consent, queued, running, finished, revoke } = await someRenders(world);
    const first = await revoke({ reason: "They wrote us." });
    expect(first).toMatchObject({ consentId: consent.id, isNew: true, otherLiveConsents: [] });
    expect(first.stoppedRenders).toEqual([running.id, queued.id]);
    expect(first.renders.map(({ id, state }) => [id, state])).toEqual([
      [finished.id, "finished"],
      [running.id, "running"],
      [queued.id, "cancelled"],
    ]);
    // The running one is told; its runner ends it.
    expect(first.renders[1]?.cancelRequestedAt).toBeDefined();
    expect(world.cancelled).toEqual(expect.arrayContaining([{ renderId: running.id, run: 1 }]));
    expect(await revoke()).toMatchObject({ isNew: false, revokedAt: first.revokedAt });
    const data = { consentId: consent.id, stoppedRenders: [running.id, queued.id], finishedRenders: [finished.id] };
    expect(await world.told(owner)).toEqual([
      expect.objectContaining({ type: "consent.revoked", data: expect.objectContaining(data) }),
    ]);
  });

  test("leaves what was made where it is, unless it is asked to remove it; then its addresses go too", async () => {
    const world = shared();
    const { finished, revoke, linksOf } = await someRenders(world);
    await revoke();
    expect(await linksOf(finished)).toBe(2);
    expect(await world.service.artifacts.list(renderPrefix(finished.id))).toHaveLength(4);
    const again = await revoke({ deletesOutputs: true });
    expect(again.renders[0]).toMatchObject({ id: finished.id, outputsRemovedAt: world.clock.now });
    const { renders: records } = world.service.dataOf(finished.ownerId);
    expect(await records.get(finished.id)).toMatchObject({ publishedRemovedAt: world.clock.now.toISOString() });
    expect(await linksOf(finished)).toBe(0);
    expect(await world.service.artifacts.list(renderPrefix(finished.id))).toEqual([]);
  });

  test("removes what the video says with it", async () => {
    const world = shared();
    const { owner, consent, revoke } = await someRenders(world);
    const speech = { script: "Fold the lamp.", allowLipMismatch: false, underSpeech: "duck" } as const;
    const spoken = await world.render(owner, consent, { state: "finished", order: { speech } });
    const orderOf = async () => (await world.service.renders.get(owner.ownerId, spoken.id))?.order;
    await revoke();
    expect(await orderOf()).toMatchObject({ speech });
    await revoke({ deletesOutputs: true });
    const { script: _script, ...rules } = speech;
    expect((await orderOf())?.speech).toEqual(rules);
  });

  test("is told by the next call when the first one died before it", async () => {
    const world = shared();
    const { owner, consent, revoke } = await someRenders(world);
    const jobs = { cancel: () => Promise.reject(new Error("killed")) };
    const dying = revokeConsent(
      { ownerId: owner.ownerId, consentId: consent.id, deletesOutputs: false },
      { ...world.service, jobs },
    );
    await expect(dying).rejects.toThrow("killed");
    expect(await world.told(owner)).toEqual([]);
    expect(await revoke()).toMatchObject({ isNew: false });
    expect((await world.told(owner)).map(({ type }) => type)).toEqual(["consent.revoked"]);
  });

  test("of any of several people stops what waits and runs with their face, and keeps it from ending as finished", async () => {
    const world = shared();
    const owner = await world.newOwner();
    const [jo, al] = [await world.consent(owner, "jo"), await world.consent(owner, "al")];
    const alone = await world.render(owner, jo, { state: "queued" });
    const queued = await world.render(owner, jo, { state: "queued", others: [al] });
    const running = await world.render(owner, jo, { state: "running", others: [al] });
    const finished = await world.render(owner, jo, { state: "finished", others: [al] });
    const order = { ownerId: owner.ownerId, consentId: al.id, deletesOutputs: true };
    const revoked = await revokeConsent(order, world.service);
    expect(revoked.stoppedRenders).toEqual([running.id, queued.id]);
    expect(revoked.renders[0]).toMatchObject({ id: finished.id, outputsRemovedAt: world.clock.now });
    expect(await world.service.renders.get(owner.ownerId, alone.id)).toMatchObject({ state: "queued" });
    const sql = sqlOf(world.service.database.pool);
    const ended = assertMayEnd(sql, { ...running, state: "finished" });
    await expect(ended).rejects.toMatchObject({ code: "consent-revoked", message: expect.stringContaining(al.id) });
    await expect(assertMayEnd(sql, { ...alone, state: "finished" })).resolves.toBeUndefined();
  });

  test("of another owner is unknown, and stops nothing", async () => {
    const world = shared();
    const { revoke, queued, owner } = await someRenders(world);
    const { ownerId } = await world.newOwner();
    await expect(revoke({ ownerId })).rejects.toMatchObject({ code: "unknown-consent" });
    expect(await world.service.renders.get(owner.ownerId, queued.id)).toMatchObject({ state: "queued" });
  });

  test("keeps a render that was about to end from ending as finished", async () => {
    const world = shared();
    const { running, finished, revoke } = await someRenders(world);
    const sql = sqlOf(world.service.database.pool);
    const ended = { ...running, state: "finished" } as const;
    await expect(assertMayEnd(sql, ended)).resolves.toBeUndefined();
    await revoke();
    await expect(assertMayEnd(sql, ended)).rejects.toMatchObject({ code: "consent-revoked" });
    await expect(assertMayEnd(sql, { ...ended, state: "failed" })).resolves.toBeUndefined();
    await expect(assertMayEnd(sql, finished)).rejects.toMatchObject({ code: "consent-revoked" });
  });

  test("keeps one from it that rests on somebody else's word for the same photo", async () => {
    const world = shared();
    const { owner, consent, revoke } = await someRenders(world);
    const room = { data: world.service.dataOf(owner.ownerId), config: world.service.config, now: world.clock.now };
    const given = { subject: consent.subject.id, photoSha256: consent.photoSha256, operator: "Kim Other" };
    const other = await giveConsent(
      { ...given, scope: { use: "other videos", channels: [] } },
      { ...room, signal: new AbortController().signal },
    );
    const running = await world.render(owner, other.consent, { state: "running" });
    const sql = sqlOf(world.service.database.pool);
    const ended = { ...running, state: "finished" } as const;
    await expect(assertMayEnd(sql, ended)).resolves.toBeUndefined();
    await revoke();
    await expect(assertMayEnd(sql, ended)).rejects.toMatchObject({ code: "consent-revoked" });
  });
});
