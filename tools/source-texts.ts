import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "vitest/node";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A file of the repository. @param path from its root. */
export const read = (path: string): Promise<string> => readFile(join(root, path), "utf8");

/** TypeScript of packages and workers, without tests and what only they use. */
export async function sources(): Promise<readonly string[]> {
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
  return paths.flat().filter((path) => path.endsWith(".ts") && !/\.test\.ts$|\/(?:testing|testkit)\//.test(path));
}

/** Each place where a string, a template, a pattern or a name of `source` spells something, as `line text`. */
export function spelled(source: string, pattern: RegExp): readonly string[] {
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
