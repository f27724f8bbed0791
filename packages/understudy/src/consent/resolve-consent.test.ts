import { createHash } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attestationStatement } from "@understudy/render";
import { expect, test } from "vitest";
import { createFakeWorld, type FakeWorldOptions } from "#testing/fake-world.js";

async function worldWithInputs(options: FakeWorldOptions = {}) {
  const world = await createFakeWorld(options);
  for (const file of ["ad.mp4", "jo.jpg", "al.jpg"]) await writeFile(join(world.folder, file), file);
  const records = async () => {
    const folder = join(world.folder, "data", "consents");
    const names = await readdir(folder).catch(() => []);
    return Promise.all(
      names.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8")) as Record<string, unknown>),
    );
  };
  const render = (...more: string[]) => world.run("render", "ad.mp4", "--face", "jo.jpg", "--force", ...more);
  return { ...world, records, render };
}

const joHash = createHash("sha256").update("jo.jpg").digest("hex");

test("a terminal is asked once; the answer is remembered word for word", async () => {
  const world = await worldWithInputs({ isTerminal: true, answers: ["  Sam Lee "] });
  expect(await world.render()).toBe(0);
  expect(world.stderr()).toContain(attestationStatement);
  expect(await world.render()).toBe(0);
  const [record, ...others] = await world.records();
  expect(others).toEqual([]);
  expect(record).toMatchObject({
    method: "attested",
    statedBy: "Sam Lee",
    statement: attestationStatement,
    photoSha256: [joHash],
  });
});

test("an empty answer is a no", async () => {
  const world = await worldWithInputs({ isTerminal: true, answers: [" "] });
  expect(await world.render()).toBe(2);
  expect(world.stderr()).toContain("consent-required");
  expect(await world.records()).toEqual([]);
});

test.each([["--json"], ["--dry-run"]])("nobody is asked with %s", async (flag) => {
  const world = await worldWithInputs({ isTerminal: true });
  expect(await world.render(flag)).toBe(2);
  expect(world.stdout() + world.stderr()).toContain("consent-required");
});

test("an attestation by flag is kept once a name, and covers the next render of the photo without the flag", async () => {
  const world = await worldWithInputs();
  expect(await world.render("--consent", "attested:Sam")).toBe(0);
  expect(await world.render("--consent", 'attested:"Sam"')).toBe(0);
  expect(await world.render()).toBe(0);
  expect(await world.records()).toHaveLength(1);
  expect(await world.render("--consent", "attested:Kim")).toBe(0);
  expect(await world.records()).toHaveLength(2);
});

test("a stored record does not cover another photo, nor two when it names one", async () => {
  const world = await worldWithInputs();
  expect(await world.render("--consent", "attested:Sam")).toBe(0);
  expect(await world.run("render", "ad.mp4", "--face", "al.jpg", "--force")).toBe(2);
  expect(await world.render("--face", "al.jpg")).toBe(2);
});

test("the folder of records is for this user alone", async () => {
  const world = await worldWithInputs();
  await world.render("--consent", "attested:Sam");
  expect((await stat(join(world.folder, "data", "consents"))).mode & 0o777).toBe(0o700);
});

test("a consent file that covers the photo is used as it is and not copied", async () => {
  const world = await worldWithInputs();
  const record = {
    version: 1,
    id: "consent_0123456789abcdef",
    method: "e-signature",
    statedBy: "Jo",
    statement: "I agree.",
    photoSha256: [joHash],
    createdAt: "2026-01-01T00:00:00.000Z",
  };
  await writeFile(join(world.folder, "record.json"), JSON.stringify(record));
  expect(await world.render("--consent", "record.json", "--json")).toBe(0);
  expect(world.jsonLines().at(-1)).toMatchObject({ consent: { id: record.id, method: "e-signature" } });
  expect(await world.records()).toEqual([]);
});
