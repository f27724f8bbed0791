import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { platform } from "node:process";
import { makeKeys, readAnchors } from "@understudy/render";
import { expect, test } from "vitest";
import { ensureKeys } from "#keys/index.js";
import { createFakeWorld, type FakeWorld } from "#testing/fake-world.js";

const keysOf = (world: FakeWorld) => join(world.folder, "data", "keys");
const json = (world: FakeWorld) => world.jsonLines().at(-1) as { kind: string; signer: { certificateSha256: string } };

async function privateTexts(world: FakeWorld): Promise<string[]> {
  const text = await readFile(join(keysOf(world), "signing-keys.pem"), "utf8");
  return text.split("\n").filter((line) => line.length > 30 && !line.startsWith("-----"));
}

test("keys init makes self-issued keys, says what that means, and shows no key", async () => {
  const world = await createFakeWorld();
  expect(await world.run("keys", "init")).toBe(0);
  expect(world.stdout()).toContain("signer       Understudy self-issued");
  expect(world.stdout()).toContain("valid until  2036-01-01");
  expect(world.stdout()).toContain("public\nviewers show its signer as unknown");
  const secrets = await privateTexts(world);
  expect(secrets.length).toBeGreaterThan(3);
  for (const secret of secrets) expect(world.stdout() + world.stderr()).not.toContain(secret);
});

test("keys init keeps keys that are there, unless forced; then the old certificate is still known as ours", async () => {
  const world = await createFakeWorld();
  await world.run("keys", "init");
  const first = await readAnchors(keysOf(world));
  expect(await world.run("keys", "init")).toBe(2);
  expect(world.stderr()).toContain("keys-exist");
  expect(await readAnchors(keysOf(world))).toBe(first);
  expect(await world.run("keys", "init", "--force")).toBe(0);
  const anchors = await readAnchors(keysOf(world));
  expect(anchors).toContain(first);
  expect(anchors.length).toBeGreaterThan(first.length);
});

test("keys init and keys show tell the same facts as JSON, and the audit log notes who signs from now on", async () => {
  const world = await createFakeWorld();
  expect(await world.run("keys", "show", "--json")).toBe(0);
  expect(json(world)).toEqual({ folder: keysOf(world), anchorsFolder: join(keysOf(world), "anchors"), kind: "none" });
  expect(await world.run("keys", "init", "--json")).toBe(0);
  const made = json(world);
  expect(made).toMatchObject({ kind: "self-issued", signer: { name: "Understudy self-issued" } });
  expect(await world.run("keys", "show", "--json")).toBe(0);
  expect(json(world)).toEqual(made);
  expect(await readFile(join(world.folder, "data", "audit.jsonl"), "utf8")).toContain(
    `"certificateSha256":"${made.signer.certificateSha256}"`,
  );
});

test("keys show says that there are none yet", async () => {
  const world = await createFakeWorld();
  expect(await world.run("keys", "show")).toBe(0);
  expect(world.stdout()).toBe(`There are no keys in ${keysOf(world)} yet; the first render makes them.\n`);
});

test("keys init takes a certificate from elsewhere", async () => {
  const world = await createFakeWorld();
  const bought = await makeKeys({ now: new Date("2025-06-01"), commonName: "Studio" });
  await writeFile(join(world.folder, "chain.pem"), bought.certificateChainPem + bought.authority?.certificatePem);
  await writeFile(join(world.folder, "key.pem"), bought.privateKeyPem);
  const flags = ["--certificate", "chain.pem", "--private-key", "key.pem"];
  expect(await world.run("keys", "init", ...flags, "--json")).toBe(0);
  expect(json(world)).toMatchObject({ kind: "bought", signer: { name: "Studio" } });
  const [anchor] = await readdir(join(keysOf(world), "anchors"));
  expect(await readFile(join(keysOf(world), "anchors", anchor ?? ""), "utf8")).toBe(bought.certificateChainPem.trim());
});

test.each([
  { what: "one without the other", flags: ["--certificate", "a.pem"], code: "bad-usage", status: 2 },
  {
    what: "missing files",
    flags: ["--certificate", "a.pem", "--private-key", "b.pem"],
    code: "file-missing",
    status: 2,
  },
  {
    what: "what is no PEM",
    flags: ["--certificate", "n.txt", "--private-key", "n.txt"],
    code: "keys-unusable",
    status: 1,
  },
])("keys init refuses $what", async ({ flags, code, status }) => {
  const world = await createFakeWorld();
  await writeFile(join(world.folder, "n.txt"), "notes");
  expect(await world.run("keys", "init", ...flags)).toBe(status);
  expect(world.stderr()).toContain(code);
  expect(await readdir(world.folder)).not.toContain("data");
});

test.skipIf(platform === "win32")("keys that others may read are refused", async () => {
  const world = await createFakeWorld();
  await world.run("keys", "init");
  await chmod(join(keysOf(world), "signing-keys.pem"), 0o644);
  expect(await world.run("keys", "show")).toBe(1);
  expect(world.stderr()).toContain("keys-exposed");
  expect(world.stderr()).toContain(`chmod 600 '${join(keysOf(world), "signing-keys.pem")}'`);
});

test("of two that need keys at the same time, one makes them and both sign with the same", async () => {
  const world = await createFakeWorld();
  const now = new Date();
  const both = await Promise.all([ensureKeys(keysOf(world), now), ensureKeys(keysOf(world), now)]);
  expect(both.filter(({ made }) => made)).toHaveLength(1);
  const [first, second] = both.map(({ credentials }) => credentials.signer.certificateSha256);
  expect(first).toBe(second);
  expect(await ensureKeys(keysOf(world), now)).toMatchObject({ made: false });
});
