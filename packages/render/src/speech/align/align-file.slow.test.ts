import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createNodeAvIo } from "#media/index.js";
import { hasSharedMedia, sharedMedia } from "#testing/shared-media.js";
import { alignFile } from "./align-file.js";

const io = createNodeAvIo();
const { signal } = new AbortController();
const textOf = (name: string) => readFileSync(join(sharedMedia, name), "utf8");

describe.skipIf(!hasSharedMedia)("real speech", () => {
  test("the sentences of a film begin where its maker put them", async () => {
    const rows = textOf("talking-30s.txt")
      .trim()
      .split("\n")
      .map((line) => line.split("\t"));
    const text = rows.map((row) => row[2]).join("\n");
    const { words, isDoubtful } = await alignFile(io, join(sharedMedia, "talking-30s.mp4"), text, signal);
    expect(isDoubtful).toBe(false);
    let first = 0;
    for (const [start, , sentence] of rows) {
      expect(Math.abs(words[first]!.startSeconds - Number(start))).toBeLessThan(0.15);
      first += sentence!.trim().split(/\s+/).length;
    }
  });

  test.each(["lj001-0001", "librivox-0870"])("%s says its own text, and not the other", async (name) => {
    const other = name === "lj001-0001" ? "librivox-0870" : "lj001-0001";
    const path = join(sharedMedia, `speech-${name}.wav`);
    expect(await alignFile(io, path, textOf(`speech-${name}.txt`), signal)).toMatchObject({ isDoubtful: false });
    expect(await alignFile(io, path, textOf(`speech-${other}.txt`), signal)).toMatchObject({ isDoubtful: true });
  });
});
