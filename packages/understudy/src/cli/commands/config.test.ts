import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFakeWorld } from "#testing/fake-world.js";

test("config explain shows value, source, default, range and meaning of every setting", async () => {
  const world = await createFakeWorld({ env: { UNDERSTUDY_WORKERS: "3" } });
  await writeFile(join(world.folder, "understudy.config.json"), '{"stitch":"reencode"}');
  expect(await world.run("config", "explain")).toBe(0);
  expect(world.stdout()).toContain("stitch = reencode   (from understudy.config.json)");
  expect(world.stdout()).toContain("workers = 3   (from UNDERSTUDY_WORKERS)");
  expect(world.stdout()).toMatch(
    /engine = mesh {3}\(from default\)\n {4}\S.*\n {4}default mesh; .+; UNDERSTUDY_ENGINE/,
  );
});

test("config explain --json is one array", async () => {
  const world = await createFakeWorld();
  expect(await world.run("config", "explain", "--json")).toBe(0);
  expect(world.jsonLines()[0]).toContainEqual(
    expect.objectContaining({ path: "limits.maxDurationSeconds", value: 3600, source: "default", default: 3600 }),
  );
});
