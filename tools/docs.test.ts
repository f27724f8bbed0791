import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Files below a folder of the repository, without what is built or installed. */
async function filesBelow(folder: string, matches: RegExp): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  return names
    .map((name) => join(folder, name))
    .filter((path) => matches.test(path) && !/(^|\/)(node_modules|dist|\.cache|\.git)\//.test(path))
    .sort();
}

describe("documents", () => {
  it("every exported symbol has a doc comment", async () => {
    const all = [
      ...(await filesBelow("packages", /\/src\/.*\.ts$/)),
      ...(await filesBelow("workers", /\/src\/.*\.ts$/)),
    ];
    const sources = all.filter((path) => !path.endsWith(".test.ts"));
    expect(sources.length).toBeGreaterThan(30);
    const bare: string[] = [];
    for (const path of sources) {
      const lines = (await readFile(join(root, path), "utf8")).split("\n");
      for (const [i, line] of lines.entries()) {
        if (!/^export (declare )?(async )?(function|const|class|interface|type|abstract) \w/.test(line)) continue;
        const above = lines[i - 1]?.trim() ?? "";
        const isOverload = above.startsWith("export function");
        if (!above.endsWith("*/") && !isOverload) bare.push(`${path}:${i + 1}`);
      }
    }
    expect(bare).toEqual([]);
  });

  it("every link to a file of the repository leads somewhere", async () => {
    const pages = [
      ...(await readdir(root)).filter((name) => name.endsWith(".md")),
      ...(await filesBelow("docs", /\.md$/)),
      ...(await filesBelow("packages", /\.md$/)),
      ...(await filesBelow("workers", /\.md$/)),
    ];
    const broken: string[] = [];
    for (const page of pages) {
      const text = await readFile(join(root, page), "utf8");
      for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (target === undefined || /^[a-z]+:/.test(target)) continue;
        if (!existsSync(join(root, dirname(page), target))) broken.push(`${page} -> ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });
});
