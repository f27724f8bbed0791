import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createFakeWorld } from "#testing/fake-world.js";

it("prints the page of the configuration in force", async () => {
  const world = await createFakeWorld({ env: { UNDERSTUDY_CONTACT: "privacy@example.org" } });
  expect(await world.run("privacy")).toBe(0);
  expect(world.stdout()).toMatch(/^# Privacy\n/);
  expect(world.stdout()).toContain("privacy@example.org");
  expect(world.stdout()).toContain(join(world.folder, "data", "consents"));
});

it("writes it to a file", async () => {
  const world = await createFakeWorld();
  expect(await world.run("privacy", "-o", "privacy.md")).toBe(0);
  expect(world.stdout()).toBe("");
  expect(await readFile(join(world.folder, "privacy.md"), "utf8")).toMatch(/^# Privacy\n/);
  expect(await world.run("privacy", "-o", "no/folder/privacy.md")).toBe(2);
});
