import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { sqlOf, transaction, type Database } from "#postgres/database.js";
import { openTestDatabase } from "#postgres/testing/test-database.js";
import { keptSecret } from "./kept-secret.js";
import { createResultLinks } from "./postgres-result-links.js";

const at = new Date("2026-05-01T12:00:00Z");
const file = {
  key: "renders/r1/v.mp4",
  fileName: "v.mp4",
  mediaType: "video/mp4",
  byteLength: 7,
  sha256: "ab".repeat(32),
};

async function openLinks() {
  const database = await openTestDatabase();
  const secretKey = await keptSecret(sqlOf(database.pool), "result-links");
  const create = (key = secretKey) => createResultLinks({ pool: database.pool, secretKey: key, now: () => at });
  await addRender(database, "r1");
  await addRender(database, "r2");
  return { database, links: create(), create };
}

async function addRender({ pool }: Database, id: string): Promise<void> {
  const insertKey = `insert into understudy.api_key (id, owner_id, name, scopes, key_sha256, created_at)
    values ('k', 'o', '', '{}', '', $1) on conflict do nothing`;
  const insertRender = `insert into understudy.render
    (id, owner_id, api_key_id, state, wish, priority, created_at, queued_at) values ($1, 'o', 'k', 'running', '{}', 0, $2, $2)`;
  await pool.query(insertKey, [at]);
  await pool.query(insertRender, [id, at]);
}

const secretOf = (path: string): string => /^\/r\/([\w-]{22})\/v\.mp4$/.exec(path)?.[1] ?? "";

test("a file has one address of its own, whoever asks for it and however often; only a hash of it is kept", async () => {
  const { database, links, create } = await openLinks();
  const [first] = await links.make("r1", [file]);
  const again = { ...file, byteLength: 9, sha256: "cd".repeat(32) };
  const [second] = await create().make("r1", [again]);
  expect(second!.path).toBe(first!.path);
  const { path: _path, key, ...facts } = second!;
  expect(await links.find(secretOf(first!.path))).toEqual({ ...facts, renderId: "r1", artifactKey: key });
  const addresses = [
    ...(await links.make("r2", [file])),
    ...(await links.make("r1", [{ ...file, key: "renders/r1/w" }])),
  ];
  expect(new Set([first!.path, ...addresses.map(({ path }) => path)]).size).toBe(3);
  const kept = await database.pool.query("select * from understudy.result_link");
  expect(JSON.stringify(kept.rows)).not.toContain(secretOf(first!.path));
});

test("nobody without the installation's key knows an address; the key is made once", async () => {
  const { database, links, create } = await openLinks();
  const [ours] = await links.make("r1", [file]);
  const [theirs] = await create(randomBytes(32)).make("r2", [file]);
  expect(secretOf(theirs!.path)).not.toBe(secretOf(ours!.path));
  const keys = await Promise.all([1, 2].map(() => keptSecret(sqlOf(database.pool), "another")));
  expect(keys[0]).toEqual(keys[1]);
  expect(keys[0]).toHaveLength(32);
});

test("what is no secret of ours leads nowhere", async () => {
  const { links } = await openLinks();
  await links.make("r1", [file]);
  const guesses = ["", "x", "A".repeat(22), "A".repeat(23), "../../etc/passwd", "é".repeat(22), "\u0000".repeat(22)];
  expect(await Promise.all(guesses.map((secret) => links.find(secret)))).toEqual(guesses.map(() => undefined));
});

test("a revocation holds for every link of the render, also for those that are made later, and for no other render", async () => {
  const { database, links } = await openLinks();
  const [mine] = await links.make("r1", [file]);
  const [other] = await links.make("r2", [file]);
  expect(await transaction(database.pool, (sql) => links.revoke(sql, "r1"))).toBe(1);
  const [again, later] = await links.make("r1", [file, { ...file, key: "renders/r1/w" }]);
  expect(again!.path).toBe(mine!.path);
  for (const { path } of [mine!, again!, later!]) expect(await links.find(secretOf(path))).toBeUndefined();
  expect(await links.find(secretOf(other!.path))).toBeDefined();
});

test("a render that is revoked before it has a link never gets one that leads anywhere", async () => {
  const { database, links } = await openLinks();
  expect(await links.revoke(sqlOf(database.pool), "r1")).toBe(0);
  const [made] = await links.make("r1", [file]);
  expect(await links.find(secretOf(made!.path))).toBeUndefined();
  expect(await links.revoke(sqlOf(database.pool), "unknown")).toBe(0);
});
