import { readFile } from "node:fs/promises";
import { Language, Parser, type TreeCursor } from "web-tree-sitter";
import { textMemo } from "#model/text-memo.js";

/** A node of the syntax tree, copied out of the parser's memory. Kinds are tree-sitter-bash's. */
export interface ShellNode {
  readonly kind: string;
  /** Offsets in the parsed text, UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** All children, tokens too; empty for words, whose inside `word.ts` reads. */
  readonly children: readonly ShellNode[];
}

/** The first place where the text is no shell. */
export interface ShellSyntaxError {
  readonly offset: number;
  /** The token that should stand there, such as `fi`; undefined: what stands there is wrong. */
  readonly missing: string | undefined;
}

/** A parsed text. */
export interface ShellTree {
  readonly root: ShellNode;
  readonly error: ShellSyntaxError | undefined;
}

/** Repairing 200 kB of nonsense can take minutes; 5,000 sound lines take 0.4 s. */
const maximumMilliseconds = 1500;

let parser: Parser | undefined;
let loading: Promise<void> | undefined;

/** Loads tree-sitter and its shell grammar once, about 40 ms. @throws Error when a file of it is missing or broken. */
export async function loadShellGrammar(): Promise<void> {
  loading ??= load();
  try {
    await loading;
  } catch (error) {
    loading = undefined;
    throw new Error("the shell grammar could not be loaded", { cause: error });
  }
}

/** @throws Error when the grammar is not loaded. */
export function parseShell(text: string): ShellTree {
  return memo(text, () => parse(text));
}

/** 4 million characters of scripts, about 200 MB of trees at most. */
const memo = textMemo<ShellTree>(4e6);

function parse(text: string): ShellTree {
  if (parser === undefined) throw new Error("the shell grammar is not loaded");
  const deadline = performance.now() + maximumMilliseconds;
  const tree = parser.parse(text, null, { progressCallback: () => performance.now() > deadline });
  if (tree === null) {
    parser.reset();
    const root = { kind: "program", start: 0, end: text.length, children: [] };
    return { root, error: { offset: 0, missing: undefined } };
  }
  const cursor = tree.walk();
  try {
    const root = copyTree(cursor);
    return { root, error: tree.rootNode.hasError ? firstError(cursor) : undefined };
  } finally {
    cursor.delete();
    tree.delete();
  }
}

async function load(): Promise<void> {
  await Parser.init();
  const grammar = await readFile(new URL("../../../grammars/tree-sitter-bash.wasm", import.meta.url));
  parser = new Parser().setLanguage(await Language.load(grammar));
}

/** Iterates instead of recursing: a chain of 5,000 `&&` is 5,000 levels deep. */
function copyTree(cursor: TreeCursor): ShellNode {
  const root = { kind: cursor.nodeType, start: cursor.startIndex, end: cursor.endIndex, children: [] as ShellNode[] };
  const parents = [root];
  let isDown = cursor.gotoFirstChild();
  while (parents.length > 0) {
    if (!isDown && !cursor.gotoNextSibling()) {
      parents.pop();
      cursor.gotoParent();
      continue;
    }
    const node = { kind: cursor.nodeType, start: cursor.startIndex, end: cursor.endIndex, children: [] as ShellNode[] };
    parents.at(-1)?.children.push(node);
    isDown = !wordKinds.has(node.kind) && cursor.gotoFirstChild();
    if (isDown) parents.push(node);
  }
  return root;
}

/** tree-sitter hides what it put in where something is missing: such nodes are empty and only `nodeIsMissing` shows them. */
function firstError(cursor: TreeCursor): ShellSyntaxError {
  while (true) {
    const offset = cursor.startIndex;
    if (cursor.nodeIsMissing) return { offset, missing: cursor.nodeType };
    if (cursor.nodeType === "ERROR") return { offset, missing: undefined };
    const isInside = cursor.currentNode.hasError && cursor.gotoFirstChild();
    if (!isInside && !cursor.gotoNextSibling()) return { offset, missing: undefined };
  }
}

const wordKinds: ReadonlySet<string> = new Set([
  "word",
  "string",
  "raw_string",
  "ansi_c_string",
  "translated_string",
  "concatenation",
  "number",
  "expansion",
  "simple_expansion",
  "command_substitution",
  "process_substitution",
  "arithmetic_expansion",
  "brace_expression",
  "array",
  "test_command",
  "variable_assignment",
  "command_name",
]);
