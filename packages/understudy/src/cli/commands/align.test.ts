import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFakeWiring } from "#testing/fake-wiring.js";
import { createFakeWorld, type FakeWorldOptions } from "#testing/fake-world.js";

async function worldWith(text: string, options: FakeWorldOptions = {}) {
  const world = await createFakeWorld(options);
  await writeFile(join(world.folder, "voice.wav"), "a recording");
  await writeFile(join(world.folder, "voice.txt"), text);
  return world;
}

const doubting: FakeWorldOptions = {
  wiring: {
    alignFile: async (...order) => ({
      ...(await createFakeWiring().alignFile(...order)),
      cost: 0.99,
      isDoubtful: true,
    }),
  },
};

test("--json gives the words as they are written, with their times", async () => {
  const world = await worldWith("Only $5 🎉");
  expect(await world.run("align", "voice.wav", "--text", "voice.txt", "--json")).toBe(0);
  expect(world.lastJsonLine()).toEqual({
    words: [
      { text: "Only", startSeconds: 0, endSeconds: 0.5, confidence: 0.9 },
      { text: "$5", startSeconds: 1, endSeconds: 1.5, confidence: 0.9 },
      { text: "🎉", startSeconds: 2, endSeconds: 2.5, confidence: 0.9, unspoken: "nothing-to-say" },
    ],
    cost: 0.7,
    isDoubtful: false,
  });
});

test("people get a table, without what could steer their terminal", async () => {
  const world = await worldWith("Hello \u202Ethere");
  expect(await world.run("align", "voice.wav", "--text", "voice.txt")).toBe(0);
  expect(world.stdout()).toContain("   0.000     0.500   90 %   Hello\n");
  expect(world.stdout()).toContain("   1.000     1.500   90 %   ?there\n");
  expect(world.stderr()).toBe("");
});

test("a text that is not what is said is a warning, not an error", async () => {
  const world = await worldWith("Hello there", doubting);
  expect(await world.run("align", "voice.wav", "--text", "voice.txt")).toBe(0);
  expect(world.stderr()).toContain("! The text does not seem to be what is said");
  expect(await world.run("align", "voice.wav", "--text", "voice.txt", "--json")).toBe(0);
  expect(world.lastJsonLine()).toMatchObject({ isDoubtful: true, warning: expect.stringContaining("does not seem") });
});

test.each([
  ["no text", [], "bad-usage", 2],
  ["a missing text", ["--text", "no.txt"], "file-missing", 2],
  ["a text of 100 kB", ["--text", "voice.txt"], "bad-script", 1],
])("%s", async (_what, flags, code, status) => {
  const world = await worldWith("a ".repeat(50_000));
  expect(await world.run("align", "voice.wav", ...flags)).toBe(status);
  expect(world.stderr()).toContain(`✗ ${code}\n`);
  expect(await world.run("align", "no.wav", "--text", "voice.txt")).toBe(2);
});
