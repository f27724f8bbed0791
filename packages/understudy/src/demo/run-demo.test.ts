import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { interruption } from "#cli/interruption.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import { createFakeWorld } from "#testing/fake-world.js";
import type { Wiring } from "#wire.js";

/** Counts how often the clip is drawn. */
function countingWiring(): { wiring: Partial<Wiring>; drawn: () => number } {
  const { drawClip } = createFakeWiring();
  let count = 0;
  return {
    wiring: {
      drawClip: (...args) => {
        count++;
        return drawClip(...args);
      },
    },
    drawn: () => count,
  };
}

test("demo leaves source, portrait, consent, video, manifest and report, and says where they are", async () => {
  const world = await createFakeWorld();
  expect(await world.run("demo")).toBe(0);
  const folder = join(world.folder, "understudy-demo");
  const files = await readdir(folder);
  for (const name of ["source.mp4", "portrait.jpg", "finished.mp4", "finished.manifest.json", "finished.report.html"]) {
    expect(files).toContain(name);
    expect(world.stdout()).toContain(join(folder, name));
  }
  const consent: unknown = JSON.parse(await readFile(join(folder, "consent.json"), "utf8"));
  expect(consent).toMatchObject({ method: "fictional", statedBy: "Understudy" });
  expect(files.filter((name) => name.includes("partial"))).toEqual([]);
});

test("the clip is drawn once, and again when it was touched or another one is wanted", async () => {
  const { wiring, drawn } = countingWiring();
  const world = await createFakeWorld({ wiring });
  await world.run("demo", "-o", "there");
  await world.run("demo", "-o", "there");
  expect(drawn()).toBe(1);
  await writeFile(join(world.folder, "there", "source.mp4"), "half");
  await world.run("demo", "-o", "there");
  expect(drawn()).toBe(2);
  await world.run("demo", "-o", "there", "--quick");
  expect(drawn()).toBe(3);
});

test("the same consent record serves every run of the same portrait", async () => {
  const world = await createFakeWorld();
  await world.run("demo", "--json");
  await world.run("demo", "--json");
  const ids = world.jsonLines().flatMap((line) => (line as { consent?: { id: string } }).consent?.id ?? []);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

test("Ctrl-C while drawing leaves no half clip", async () => {
  const world = await createFakeWorld({
    wiring: {
      async drawClip(_spec, path, { signal }) {
        await writeFile(path, "half");
        world.controller.abort(interruption("SIGINT"));
        signal.throwIfAborted();
      },
    },
  });
  expect(await world.run("demo")).toBe(130);
  expect((await readdir(join(world.folder, "understudy-demo"))).filter((name) => name.startsWith("source"))).toEqual(
    [],
  );
});

test("a demo folder that is a file is wrong usage", async () => {
  const world = await createFakeWorld();
  await writeFile(join(world.folder, "taken"), "");
  expect(await world.run("demo", "-o", "taken")).toBe(2);
  expect(world.stderr()).toContain("bad-usage");
});
