import { describe, expect, it } from "vitest";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { defaultScopes } from "./caller.js";
import { createKeyList } from "./postgres-key-list.js";

const wish = { name: "web", scopes: defaultScopes };
const defaults = { requestsPerMinute: 600, rendersAtOnce: 2 };

const database = shareTestDatabase();

function openKeys() {
  const own = database().pool;
  const pool = Object.create(own) as typeof own;
  const clock = { now: new Date("2027-01-01T00:00:00.000Z") };
  const asked: string[] = [];
  const query = own.query.bind(own);
  pool.query = ((...call: Parameters<typeof query>) => {
    asked.push(String(call[0]).trim().split(" ")[0] ?? "");
    return query(...call);
  }) as typeof pool.query;
  const open = () => createKeyList({ pool, now: () => clock.now, defaults });
  const wait = (seconds: number) => void (clock.now = new Date(clock.now.getTime() + seconds * 1000));
  return { keys: open(), another: open(), pool, wait, clock, asked };
}

describe("a key", () => {
  it("is told once, kept as a hash, and says who calls", async () => {
    const { keys, pool } = openKeys();
    const { key, secret } = await keys.create(wish);
    expect(secret).toMatch(/^us_[\w-]{32}$/);
    expect(key).toMatchObject({ ownerId: expect.stringMatching(/^owner_[0-9a-f]{16}$/), name: "web", ...defaults });
    const { ownerId, keyId } = key;
    expect(await keys.find(secret)).toEqual({ ownerId, keyId, scopes: defaultScopes, ...defaults });
    const { rows } = await pool.query("select * from understudy.api_key where id = $1", [keyId]);
    expect(JSON.stringify(rows)).not.toContain(secret.slice(3));
  });

  it("has limits of its own where they are set", async () => {
    const { keys } = openKeys();
    const { secret } = await keys.create({ ...wish, requestsPerMinute: 5, rendersAtOnce: 1 });
    expect(await keys.find(secret)).toMatchObject({ requestsPerMinute: 5, rendersAtOnce: 1 });
  });

  it("may be chosen elsewhere, and is listed once however often it is given", async () => {
    const { keys } = openKeys();
    const chosen = "a-key-from-the-environment";
    const { key } = await keys.create(wish, chosen);
    expect(await keys.create({ ...wish, name: "other" }, chosen)).toEqual({ key, secret: chosen });
    expect(await keys.find(chosen)).toMatchObject({ keyId: key.keyId });
    await expect(keys.create(wish, "short")).rejects.toMatchObject({ code: "bad-usage" });
    await keys.revoke(key.ownerId, key.keyId);
    await expect(keys.create(wish, chosen)).rejects.toMatchObject({ code: "bad-usage" });
  });

  it("that nobody made opens nothing", async () => {
    const { keys } = openKeys();
    for (const secret of ["us_unknownunknownunknownunknown12", "", "a b".repeat(10), "ü".repeat(30), "k".repeat(201)]) {
      expect(await keys.find(secret)).toBeUndefined();
    }
  });

  it("ends when it was to end", async () => {
    const { keys, clock, wait } = openKeys();
    const { secret } = await keys.create({ ...wish, expiresAt: new Date(clock.now.getTime() + 500) });
    expect(await keys.find(secret)).toBeDefined();
    wait(0.5);
    expect(await keys.find(secret)).toBeUndefined();
    await expect(keys.create({ ...wish, expiresAt: clock.now })).rejects.toMatchObject({ code: "bad-usage" });
  });

  it("is known by its id without its secret, also when it holds no longer", async () => {
    const { keys, clock } = openKeys();
    const { key } = await keys.create({ ...wish, rendersAtOnce: 1 });
    expect(await keys.get(key.keyId)).toEqual(key);
    await keys.revoke(key.ownerId, key.keyId);
    expect(await keys.get(key.keyId)).toEqual({ ...key, revokedAt: clock.now });
    expect(await keys.get("key_0000000000000000")).toBeUndefined();
  });

  it("allows nothing that only a newer release knows", async () => {
    const { keys, pool } = openKeys();
    const { key, secret } = await keys.create({ ...wish, scopes: ["jobs"] });
    await pool.query("update understudy.api_key set scopes = '{jobs,moon:fly}' where id = $1", [key.keyId]);
    expect(await keys.find(secret)).toMatchObject({ scopes: ["jobs"] });
  });
});

describe("revoking", () => {
  it("counts at once here, and within a second in another process", async () => {
    const { keys, another, wait } = openKeys();
    const { key, secret } = await keys.create(wish);
    expect(await another.find(secret)).toBeDefined();
    expect(await keys.revoke(key.ownerId, key.keyId)).toBe(true);
    expect(await keys.find(secret)).toBeUndefined();
    wait(1);
    expect(await another.find(secret)).toBeUndefined();
    expect(await keys.revoke(key.ownerId, key.keyId)).toBe(true);
  });

  it("counts although the clock is set back", async () => {
    const { keys, another, wait } = openKeys();
    const { key, secret } = await keys.create(wish);
    await another.find(secret);
    wait(-3600);
    await keys.revoke(key.ownerId, key.keyId);
    expect(await another.find(secret)).toBeUndefined();
  });

  it("is for its owner only", async () => {
    const { keys } = openKeys();
    const { key, secret } = await keys.create(wish);
    const { key: stranger } = await keys.create(wish);
    expect(await keys.revoke(stranger.ownerId, key.keyId)).toBe(false);
    expect(await keys.rotate(stranger.ownerId, key.keyId, 0)).toBeUndefined();
    expect(await keys.find(secret)).toBeDefined();
    expect(await keys.list(stranger.ownerId)).toEqual([stranger]);
    expect(await keys.listAll()).toEqual(
      expect.arrayContaining([expect.objectContaining({ keyId: key.keyId }), stranger]),
    );
  });
});

describe("rotating", () => {
  it("gives a key like the old one, which holds for its grace time", async () => {
    const { keys, clock, wait } = openKeys();
    const expiresAt = new Date(clock.now.getTime() + 86_400_000);
    const { key: old, secret } = await keys.create({ ...wish, expiresAt, requestsPerMinute: 7 });
    const rotated = await keys.rotate(old.ownerId, old.keyId, 60);
    expect(rotated?.key).toMatchObject({ name: "web", expiresAt, requestsPerMinute: 7, rotatedFrom: old.keyId });
    expect(await keys.find(secret)).toBeDefined();
    expect(await keys.find(rotated?.secret ?? "")).toBeDefined();
    wait(60);
    expect(await keys.find(secret)).toBeUndefined();
    expect(await keys.find(rotated?.secret ?? "")).toBeDefined();
    expect(await keys.rotate(old.ownerId, old.keyId, 60)).toBeUndefined();
  });

  it("again never makes the grace time longer", async () => {
    const { keys, wait } = openKeys();
    const { key, secret } = await keys.create(wish);
    await keys.rotate(key.ownerId, key.keyId, 60);
    await keys.rotate(key.ownerId, key.keyId, 3600);
    wait(60);
    expect(await keys.find(secret)).toBeUndefined();
  });
});

it("asks the database once a second, and notes a use once a minute", async () => {
  const { keys, wait, asked, clock } = openKeys();
  const { key, secret } = await keys.create(wish);
  asked.length = 0;
  await Promise.all([keys.find(secret), keys.find(secret), keys.find(secret)]);
  expect(asked).toEqual(["select", "update"]);
  const firstUse = clock.now;
  wait(59);
  await keys.find(secret);
  expect(asked).toEqual(["select", "update", "select"]);
  expect((await keys.list(key.ownerId))[0]?.lastUsedAt).toEqual(firstUse);
  wait(1);
  await keys.find(secret);
  const [noted] = await keys.list(key.ownerId);
  expect(noted?.lastUsedAt).toEqual(clock.now);
});

it("forgets a look that failed", async () => {
  const { keys, pool } = openKeys();
  const { secret } = await keys.create(wish);
  const query = pool.query;
  pool.query = (() => Promise.reject(new Error("gone"))) as unknown as typeof query;
  await expect(keys.find(secret)).rejects.toMatchObject({ code: "database-unavailable" });
  pool.query = query;
  expect(await keys.find(secret)).toBeDefined();
});
