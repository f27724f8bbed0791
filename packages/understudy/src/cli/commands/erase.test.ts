import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createPeople } from "#erase/testing/people.js";
import { sampleRecord } from "#records/testing/sample-record.js";
import { createFakeWorld, type FakeWorldOptions } from "#testing/fake-world.js";

it("names the service to who asks at a terminal for somebody unknown, too", async () => {
  const env = { DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none" };
  const { world } = await worldWithAda({ isTerminal: true, env });
  expect(await world.run("erase", "--subject", "somebody else")).toBe(2);
  expect(world.stderr()).toContain("DELETE /v1/subjects/ID");
});

async function worldWithAda(options: FakeWorldOptions = {}) {
  const world = await createFakeWorld(options);
  const people = await createPeople(join(world.folder, "data"));
  const ada = await people.consent("ada");
  await people.render(ada, 1);
  const outputs = () => readdir(join(people.folder, "out"));
  return { world, people, ada, outputs };
}

it("erases without a question where nobody is there to ask, and tells what went", async () => {
  const { world, ada, outputs } = await worldWithAda();
  expect(await world.run("erase", "--subject", ada.subject.id, "--report", "erased.json")).toBe(0);
  expect(world.stdout()).toContain(`✓ ${ada.subject.id} is erased; a second look found nothing of it`);
  expect(world.stdout()).toContain("These are yours");
  expect(world.stdout()).toContain("Not looked for: record files, receipts and copies");
  expect(await outputs()).toEqual([]);
  const report = JSON.parse(await readFile(join(world.folder, "erased.json"), "utf8"));
  expect(report).toMatchObject({ outcome: "erased", counts: { outputs: 3, evidence: 1 } });
  expect(await world.run("erase", "--subject", ada.subject.id)).toBe(0);
  expect(world.stdout()).toContain("was erased before");
});

it("tidies up first, as every command that writes", async () => {
  const { world, people } = await worldWithAda();
  await people.data.renders.start(sampleRecord({ renderId: "render_00000000000000ff" }));
  expect(await world.run("erase", "--subject", "ada")).toBe(0);
  expect(await people.data.renders.listStarted()).toEqual([]);
});

it("prints one JSON object", async () => {
  const { world } = await worldWithAda();
  expect(await world.run("erase", "--subject", "ada", "--json")).toBe(0);
  expect(world.jsonLines()).toMatchObject([{ outcome: "erased", remaining: [] }]);
});

it("asks on a terminal, shows what would go, and goes on for the word erase only", async () => {
  const no = await worldWithAda({ isTerminal: true, answers: ["yes"] });
  expect(await no.world.run("erase", "--subject", "ada")).toBe(1);
  expect(no.world.stderr()).toContain("would be erased; nothing was done");
  expect(await no.outputs()).toHaveLength(3);
  const yes = await worldWithAda({ isTerminal: true, answers: ["erase"] });
  expect(await yes.world.run("erase", "--subject", "ada")).toBe(0);
  expect(await yes.outputs()).toEqual([]);
  const silent = await worldWithAda({ isTerminal: true });
  expect(await silent.world.run("erase", "--subject", "ada", "--yes")).toBe(0);
});

it("says that a service's database was not looked at, and touches nothing of it", async () => {
  const { world, people, ada } = await worldWithAda();
  const folder = join(people.data.folder, "postgres");
  const path = join(folder, "2619");
  await mkdir(folder);
  await writeFile(path, `rows about ${ada.subject.id}`);
  await symlink(people.folder, join(folder, "elsewhere"));
  expect(await world.run("erase", "--subject", ada.subject.id)).toBe(0);
  expect(world.stdout()).toContain("The data folder holds a database, which was not looked at.");
  expect(world.stdout()).toContain("DELETE /v1/subjects/ID");
  expect(await readFile(path, "utf8")).toContain(ada.subject.id);
  expect(await world.run("erase", "--subject", "somebody else", "--json")).toBe(2);
  expect(world.lastJsonLine()).toMatchObject({
    code: "unknown-subject",
    hint: expect.stringContaining("DELETE /v1/subjects/ID") as string,
  });
});

it("says the same of the database of DATABASE_URL, in the report too", async () => {
  const { world, ada } = await worldWithAda({ env: { DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none" } });
  expect(await world.run("erase", "--subject", ada.subject.id, "--json", "--report", "erased.json")).toBe(0);
  const note = expect.stringContaining("DATABASE_URL names a database") as string;
  expect(world.lastJsonLine()).toMatchObject({ outcome: "erased", note });
  expect(JSON.parse(await readFile(join(world.folder, "erased.json"), "utf8"))).toMatchObject({ note });
});

it("removes nothing in a dry run", async () => {
  const { world, outputs } = await worldWithAda({ isTerminal: true });
  expect(await world.run("erase", "--subject", "ada", "--dry-run")).toBe(0);
  expect(world.stdout()).toContain("Would be removed");
  expect(await outputs()).toHaveLength(3);
});

it.each([
  [["erase"], "bad-usage"],
  [["erase", "--subject", "nobody"], "unknown-subject"],
  [["erase", "--subject", "ada", "--report", "no/folder/x.json"], "output-folder-missing"],
])("refuses %j with %s before anything is removed", async (argv, code) => {
  const { world, outputs } = await worldWithAda();
  expect(await world.run(...argv)).toBe(2);
  expect(world.stderr()).toContain(code);
  expect(await outputs()).toHaveLength(3);
});
