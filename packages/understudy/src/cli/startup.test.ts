import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = new URL("../", import.meta.url);

/** Names that a file imports before it runs, types aside. */
function importsOf(file: URL): string[] {
  const statements = readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)";/gm);
  return [...statements].map(([, name]) => name!);
}

/** What `understudy --help` loads: our own files, and packages besides. */
function reach(start: string) {
  const [ours, packages] = [new Set<string>(), new Set<string>()];
  const look = (file: URL): void => {
    if (ours.has(file.href)) return;
    ours.add(file.href);
    for (const name of importsOf(file)) {
      const path = name.replace(/\.js$/, ".ts");
      if (name.startsWith("#")) look(new URL(path.slice(1), source));
      else if (name.startsWith("./")) look(new URL(path, file));
      else if (!name.startsWith("node:")) packages.add(name);
    }
  };
  look(new URL(start, source));
  const folders = [...ours].map((href) => fileURLToPath(href).slice(fileURLToPath(source).length).split("/")[0]!);
  return { folders: [...new Set(folders)].sort(), packages: [...packages].sort() };
}

test("every command pays for no more packages than these: no database, no web server, no S3 client", () => {
  expect(reach("cli/main.ts").packages).toEqual([
    "@understudy/guarded-fetch/parse-url",
    "@understudy/render",
    "@understudy/runpod/protocol",
    "commander",
    "env-paths",
    "picocolors",
    "zod",
  ]);
});

test("what serves and what looks at it is loaded by whoever asks for it", () => {
  const { folders } = reach("cli/main.ts");
  const late = new Set(["doctor", "endpoint", "jobs", "people", "postgres", "renders", "serve", "server", "webhooks"]);
  expect(folders).toContain("rendering");
  expect(folders.filter((folder) => late.has(folder))).toEqual([]);
});
