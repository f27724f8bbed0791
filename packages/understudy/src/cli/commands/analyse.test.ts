import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFakeWorld } from "#testing/fake-world.js";

async function worldWithVideo() {
  const world = await createFakeWorld();
  await writeFile(join(world.folder, "ad.mp4"), "a video");
  return world;
}

test("lists people as a table, says what the default plan encodes, and writes nothing", async () => {
  const world = await worldWithVideo();
  expect(await world.run("analyse", "ad.mp4")).toBe(0);
  expect(world.stdout()).toBe(
    [
      "person     seen    from       to     face   mostly",
      "     1   30.0 s   0.0 s   29.5 s   425 px   right, --person right",
      "     2   14.5 s   0.0 s   15.0 s   177 px   left, --person left",
      "",
      "The default plan swaps 0-5 s and 15-20 s and encodes 300 of 900 frames again.",
      "",
      "Next: understudy render ad.mp4 --face PHOTO --person 2",
      "",
    ].join("\n"),
  );
  expect(await readdir(world.folder)).toEqual(["ad.mp4"]);
});

test("draws a picture when it is asked for, and replaces none without --force", async () => {
  const world = await worldWithVideo();
  expect(await world.run("analyse", "ad.mp4", "-o", "people.png")).toBe(0);
  expect((await readdir(world.folder)).sort()).toEqual(["ad.mp4", "people.png"]);
  expect(await world.run("analyse", "ad.mp4", "-o", "people.png")).toBe(2);
  expect(world.stderr()).toContain("exists already");
  expect(await world.run("analyse", "ad.mp4", "-o", "people.png", "--force")).toBe(0);
});

test("--json is one object, without a pixel and without what people are known by", async () => {
  const world = await worldWithVideo();
  expect(await world.run("analyse", "ad.mp4", "--json")).toBe(0);
  expect(world.lastJsonLine()).toMatchObject({ people: [{ number: 1 }, { number: 2 }], left: 2, right: 1 });
  expect(world.stdout()).not.toMatch(/views|embedding|sheet/);
});

test.each([
  [["analyse", "ad.mp4", "-o", "people.jpg"], "PNG"],
  [["analyse", "ad.mp4", "-o", "nowhere/people.png"], "does not exist"],
  [["analyse", "ad.mp4", "--template", "ad.mp4"], "--template expects a folder"],
  [["analyse", "nothing.mp4"], "does not exist"],
])("refuses %j before anything is opened", async (argv, message) => {
  const world = await worldWithVideo();
  expect(await world.run(...argv)).toBe(2);
  expect(world.stderr()).toContain(message);
});
