import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFakeWorld } from "#testing/fake-world.js";

const words = [
  { text: "Hello,", startSeconds: 0.3, endSeconds: 0.6 },
  { text: "{world}", startSeconds: 0.7, endSeconds: 1.1 },
  { text: "🎉", startSeconds: 1.1, endSeconds: 1.2 },
];

async function worldWithWords() {
  const world = await createFakeWorld();
  await writeFile(join(world.folder, "words.json"), JSON.stringify({ words }));
  const read = (name: string) => readFile(join(world.folder, name), "utf8");
  return { world, read };
}

test("one run writes all kinds of files, for the size that was given", async () => {
  const { world, read } = await worldWithWords();
  const out = ["-o", "a.ass", "-o", "a.srt", "-o", "a.VTT", "-o", "a.json"];
  const status = await world.run("captions", "--words", "words.json", "--size", "720x1280", ...out);
  expect(status, world.stderr()).toBe(0);
  expect(await read("a.ass")).toContain("PlayResX: 720\nPlayResY: 1280");
  expect(await read("a.srt")).toContain("00:00:00,300 --> 00:00:01,");
  expect(await read("a.VTT")).toMatch(/^WEBVTT/);
  expect(JSON.parse(await read("a.json"))).toMatchObject({ version: 1, preset: "social-9x16", widthPixels: 720 });
  expect(world.stdout()).toContain("Captions  1 for 720x1280, social-9x16");
  expect(world.stdout()).toContain("our font has no 🎉");
});

test("--json tells what was made, and no word of it", async () => {
  const { world } = await worldWithWords();
  expect(await world.run("captions", "--words", "words.json", "--size", "1280x720", "-o", "a.srt", "--json")).toBe(0);
  expect(world.lastJsonLine()).toMatchObject({ preset: "broadcast", cues: 1, missingCharacters: ["🎉"] });
  expect(world.stdout()).not.toContain("Hello");
});

test.each<[string, string[], string]>([
  ["no words", ["--size", "1280x720", "-o", "a.srt"], "bad-usage"],
  ["no output", ["--words", "words.json", "--size", "1280x720"], "bad-usage"],
  ["neither video nor size", ["--words", "words.json", "-o", "a.srt"], "bad-usage"],
  ["both", ["ad.mp4", "--words", "words.json", "--size", "1280x720", "-o", "a.srt"], "bad-usage"],
  ["a size that is none", ["--words", "words.json", "--size", "1280", "-o", "a.srt"], "bad-usage"],
  ["a size of nothing", ["--words", "words.json", "--size", "00x720", "-o", "a.srt"], "bad-usage"],
  [
    "an unknown preset",
    ["--words", "words.json", "--size", "1280x720", "--preset", "loud", "-o", "a.srt"],
    "bad-usage",
  ],
  ["an unknown kind of file", ["--words", "words.json", "--size", "1280x720", "-o", "a.txt"], "bad-usage"],
  ["missing words", ["--words", "no.json", "--size", "1280x720", "-o", "a.srt"], "file-missing"],
  ["words that are none", ["--words", "taken.srt", "--size", "1280x720", "-o", "a.srt"], "bad-usage"],
  ["a missing video", ["no.mp4", "--words", "words.json", "-o", "a.srt"], "file-missing"],
  ["a file that is there", ["--words", "words.json", "--size", "1280x720", "-o", "taken.srt"], "output-exists"],
  ["its own input", ["--words", "words.json", "--size", "1280x720", "-o", "words.json", "--force"], "bad-usage"],
  [
    "a folder that is missing",
    ["--words", "words.json", "--size", "1280x720", "-o", "no/a.srt"],
    "output-folder-missing",
  ],
])("%s is refused, and nothing is written", async (_, argv, code) => {
  const { world, read } = await worldWithWords();
  await writeFile(join(world.folder, "taken.srt"), "mine");
  expect(await world.run("captions", ...argv, "--json")).toBe(2);
  expect(world.lastJsonLine()).toMatchObject({ code });
  expect(await read("taken.srt")).toBe("mine");
  await expect(read("a.srt")).rejects.toThrow("ENOENT");
});

test("a video that cannot be opened is refused before anything is written", async () => {
  const { world, read } = await worldWithWords();
  await writeFile(join(world.folder, "ad.mp4"), "no video");
  expect(await world.run("captions", "ad.mp4", "--words", "words.json", "-o", "a.srt", "--json")).toBe(1);
  expect(world.lastJsonLine()).toMatchObject({ code: "unreadable-media" });
  await expect(read("a.srt")).rejects.toThrow("ENOENT");
});
