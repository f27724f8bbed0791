import { describe, expect, it } from "vitest";
import { shareTestService } from "#server/testing/open-test-service.js";

const shared = shareTestService();

interface MadeKey {
  readonly key: { readonly id: string; readonly [name: string]: unknown };
  readonly secret: string;
}

async function make(wish: object): Promise<MadeKey> {
  const answer = await shared().alice.ask("POST", "/v1/keys", wish);
  expect(answer.status).toBe(201);
  return (await answer.json()) as MadeKey;
}

const find = (secret: string) => shared().service.keys.find(secret);

describe("a new key", () => {
  it("belongs to whoever made it, opens what was asked for, and is listed without itself", async () => {
    const { alice } = shared();
    const wish = {
      name: "  shop ",
      scopes: ["renders:read"],
      expiresAt: "2028-01-01T00:00:00+01:00",
      requestsPerMinute: 5,
    };
    const { key, secret } = await make(wish);
    expect(key).toMatchObject({ name: "shop", expiresAt: "2027-12-31T23:00:00.000Z", requestsPerMinute: 5 });
    expect(await find(secret)).toMatchObject({ ownerId: alice.ownerId, scopes: ["renders:read"] });
    const text = await (await alice.ask("GET", "/v1/keys")).text();
    expect((JSON.parse(text) as { keys: unknown[] }).keys).toContainEqual(expect.objectContaining(key));
    expect(text).not.toContain(secret);
  });

  it("never has more than the one that made it", async () => {
    const { alice, newCaller, service } = shared();
    const caller = await newCaller({ scopes: ["keys:write", "renders:read"], ownerId: alice.ownerId });
    const refused = async (wish: object) => (await caller.ask("POST", "/v1/keys", { name: "a", ...wish })).status;
    expect(await refused({ scopes: ["renders:read", "subjects:erase"] })).toBe(403);
    expect(await refused({ scopes: [], rendersAtOnce: 1000 })).toBe(403);
    // An old key gives its rights to no successor that outlives its grace time.
    await service.keys.rotate(alice.ownerId, caller.keyId, 60);
    expect(await refused({ scopes: [] })).toBe(403);
    expect(await refused({ scopes: [], expiresAt: "2027-01-01T12:01:00Z" })).toBe(201);
  });
});

describe("a new key that does not say its limits", () => {
  it("has those of the one that made it where they are the lower ones", async () => {
    const { service } = shared();
    const { secret } = await service.keys.create({
      name: "slow",
      scopes: ["keys:write"],
      requestsPerMinute: 5,
      rendersAtOnce: 1000,
    });
    const answer = await shared().api.request("/v1/keys", {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "faster?", scopes: [] }),
    });
    const { rendersAtOnce } = service.config.server;
    expect(await answer.json()).toMatchObject({ key: { requestsPerMinute: 5, rendersAtOnce } });
  });
});

describe("revoking", () => {
  it("ends a key, and is safe to repeat", async () => {
    const { alice } = shared();
    const { key, secret } = await make({ name: "a", scopes: [] });
    expect((await alice.ask("DELETE", `/v1/keys/${key.id}`)).status).toBe(204);
    expect((await alice.ask("DELETE", `/v1/keys/${key.id}`)).status).toBe(204);
    expect(await find(secret)).toBeUndefined();
  });

  it("is for the owner only", async () => {
    const { bob } = shared();
    const { key, secret } = await make({ name: "a", scopes: [] });
    expect((await bob.ask("DELETE", `/v1/keys/${key.id}`)).status).toBe(404);
    expect((await bob.ask("POST", `/v1/keys/${key.id}/rotate`, {})).status).toBe(404);
    expect(await find(secret)).toBeDefined();
  });
});

describe("rotating", () => {
  it("gives a new key, and lets the old one hold for its grace time", async () => {
    const { alice } = shared();
    const { key, secret } = await make({ name: "a", scopes: ["renders:read"] });
    const answer = await alice.ask("POST", `/v1/keys/${key.id}/rotate`, { graceSeconds: 60 });
    const rotated = (await answer.json()) as MadeKey;
    expect([answer.status, rotated.key]).toMatchObject([201, { rotatedFrom: key.id, scopes: ["renders:read"] }]);
    expect(await find(secret)).toBeDefined();
    expect(await find(rotated.secret)).toBeDefined();
    const { keys } = (await (await alice.ask("GET", "/v1/keys")).json()) as { keys: MadeKey["key"][] };
    expect(keys.find(({ id }) => id === key.id)).toMatchObject({ revokedAt: "2027-01-01T12:01:00.000Z" });
  });

  it("is no way to a key with more rights, and none to one that was revoked", async () => {
    const { alice, newCaller } = shared();
    const caller = await newCaller({ scopes: ["keys:write"], ownerId: alice.ownerId });
    expect((await caller.ask("POST", `/v1/keys/${alice.keyId}/rotate`, {})).status).toBe(403);
    const { key } = await make({ name: "a", scopes: [] });
    await alice.ask("DELETE", `/v1/keys/${key.id}`);
    expect((await alice.ask("POST", `/v1/keys/${key.id}/rotate`, {})).status).toBe(404);
  });
});
