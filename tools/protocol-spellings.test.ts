import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseAst } from "vitest/node";
import {
  bucketVariables,
  flashBootNotice,
  hostedBaseUrl,
  jobStatuses,
  testInputFile,
  volumePaths,
  workerFlags,
  workerOperations,
} from "../packages/runpod/src/protocol.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const protocol = "packages/runpod/src/protocol.ts";
const read = (path: string) => readFile(join(root, path), "utf8");

/** What only the protocol spells. Of variables the whole family, so that one which it lacks is found as well. */
const spellings = [
  "RUNPOD_[A-Z_]+",
  ...[
    ...Object.values(bucketVariables),
    ...Object.values(workerFlags),
    ...Object.values(workerOperations).filter((operation) => operation.includes("-")),
    new URL(hostedBaseUrl).host,
    volumePaths.serverless,
    testInputFile,
    flashBootNotice,
  ].map((text) => text.replaceAll(".", "\\.")),
];

/** States whose names are no English word. */
const statuses = jobStatuses.filter((status) => status.includes("_"));

/** In packages/runpod the compiler holds states against `JobStatus`. */
function spellingsOutside(path: string): RegExp {
  return new RegExp([...spellings, ...(path.startsWith("packages/runpod/") ? [] : statuses)].join("|"), "g");
}

/** Each place where a string, a template, a pattern or a name of `source` spells something, as `line text`. */
function spelled(source: string, pattern: RegExp): readonly string[] {
  if (unescaped(source).search(pattern) === -1) return [];
  return writtenTexts(source, parseAst(source, { lang: "ts" })).flatMap(({ text, start }) =>
    [...text.matchAll(pattern)].map(
      (match) => `${linesIn(source.slice(0, start)) + linesIn(text.slice(0, match.index)) + 1} ${match[0]}`,
    ),
  );
}

interface WrittenText {
  readonly text: string;
  readonly start: number;
}

/** What a program says itself: the tree has no comments, and the `source` of an import names a file. */
function writtenTexts(source: string, node: unknown): readonly WrittenText[] {
  if (Array.isArray(node)) return node.flatMap((each) => writtenTexts(source, each));
  if (!isNode(node)) return [];
  const { type, start, end, name } = node;
  if (type === "Literal" || type === "TemplateElement") return [{ text: unescaped(source.slice(start, end)), start }];
  const children = Object.entries(node).flatMap(([key, child]) =>
    key === "source" ? [] : writtenTexts(source, child),
  );
  return type === "Identifier" && name !== undefined ? [{ text: name, start }, ...children] : children;
}

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly name?: string;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** `api\.example\.com` of a regular expression spells what `api.example.com` does. */
function unescaped(text: string): string {
  return text.replaceAll("\\", "");
}

function linesIn(text: string): number {
  return text.split("\n").length - 1;
}

/** TypeScript of packages and workers, without tests and what only they use. */
async function sources(): Promise<readonly string[]> {
  const folders = await Promise.all(
    ["packages", "workers"].map(async (parent) =>
      (await readdir(join(root, parent))).map((name) => `${parent}/${name}/src`),
    ),
  );
  const paths = await Promise.all(
    folders
      .flat()
      .map(async (folder) =>
        (await readdir(join(root, folder), { recursive: true })).map((name) => `${folder}/${name}`),
      ),
  );
  return paths.flat().filter((path) => path.endsWith(".ts") && !/\.test\.ts$|\/testing\//.test(path));
}

describe("RunPod's spellings", () => {
  it("stand in protocol.ts and nowhere else", async () => {
    const paths = (await sources()).filter((path) => path !== protocol);
    expect(paths.length).toBeGreaterThan(300);
    const offenders = await Promise.all(
      paths.map(async (path) => spelled(await read(path), spellingsOutside(path)).map((place) => `${path}:${place}`)),
    );
    expect(offenders.flat()).toEqual([]);
  });

  it("cost who reads them one file: protocol.ts imports nothing", async () => {
    const { body } = parseAst(await read(protocol), { lang: "ts" });
    expect(body.filter((statement) => "source" in statement && statement.source !== null)).toEqual([]);
  });

  it("are found in strings, templates, patterns and names, and not in comments and imports", () => {
    const source = [
      'import { jobDone } from "./job-done.js"; // RUNPOD_API_KEY',
      'const route: string = "/job-done/1";',
      "const text = `a",
      "  b ${route} --rp_serve_api`;",
      "const pattern = /api\\.runpod\\.ai|RUNPOD_POD_ID/;",
      "process.env.RUNPOD_API_KEY;",
      'const state: Status | "IN_QUEUE" = "COMPLETED";',
      "const family = /^RUNPOD_\\w+/;",
    ].join("\n");
    const found = ["2 job-done", "4 --rp_serve_api", "5 api.runpod.ai", "5 RUNPOD_POD_ID", "6 RUNPOD_API_KEY"];
    expect(spelled(source, spellingsOutside("packages/preflight/src/x.ts"))).toEqual([...found, "7 IN_QUEUE"]);
    expect(spelled(source, spellingsOutside("packages/runpod/src/x.ts"))).toEqual(found);
  });
});
