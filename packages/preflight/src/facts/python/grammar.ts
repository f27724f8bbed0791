import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type * as RuffModule from "@astral-sh/ruff-wasm-nodejs";
import { Language, Parser, type Tree } from "web-tree-sitter";

type Ruff = typeof RuffModule;
type Workspace = InstanceType<Ruff["Workspace"]>;

/** What ruff says of one place; rows and columns count from 1, columns in UTF-16 units. */
export interface RuffDiagnostic {
  readonly code: string | null;
  readonly message: string;
  readonly start_location: { readonly row: number; readonly column: number };
}

/**
 * Loads the Python grammar (structure) and ruff (what CPython's compiler would refuse). Many calls load once.
 * @throws Error when a file of theirs is missing or does not load.
 */
export function loadPython(): Promise<void> {
  return (loading ??= load());
}

/** Parses with the grammar. The caller frees the tree with `delete()`: wasm memory has no garbage collection. */
export function parseTree(text: string): Tree {
  const tree = loaded().parser.parse(text);
  if (tree === null) throw new Error("The Python grammar gave no tree.");
  return tree;
}

/**
 * Runs ruff's checks of `ruffRules` on a text.
 * @param version ruff's name of a Python version, such as `py310`.
 * @returns undefined when the text is nested too deeply for it (about 3,000 levels, where CPython gives up as well).
 */
export function ruffCheck(text: string, version: string): readonly RuffDiagnostic[] | undefined {
  const workspace = workspaceOf(version);
  try {
    return workspace.check(text) as readonly RuffDiagnostic[];
  } catch (error) {
    // A stack overflow or a panic leaves wasm memory half written: only a fresh instance can be trusted.
    delete require.cache[require.resolve(ruffName)];
    loaded().ruff = require(ruffName) as Ruff;
    workspaces.clear();
    if (error instanceof RangeError) return undefined;
    throw new Error("Ruff failed on a Python text.", { cause: error });
  }
}

/** Besides `invalid-syntax`: errors that CPython's compiler reports and ruff counts among its lint rules. */
const compilerRules = [
  "F404", // `from __future__` that comes late
  "F406", // star import in a function
  "F407", // unknown `__future__` feature
  "F621", // too many names before a starred one
  "F622", // two starred names
  "F701", // break outside a loop
  "F702", // continue outside a loop
  "F704", // yield outside a function
  "F706", // return outside a function
  "F707", // bare except before others
  "PLE0117", // nonlocal without binding
  "PLE0118", // name used before its global statement
  "PLE1142", // await outside an async function
];

const ruffName = "@astral-sh/ruff-wasm-nodejs";
const require = createRequire(import.meta.url);
const workspaces = new Map<string, Workspace>();
let loading: Promise<void> | undefined;
let instances: { readonly parser: Parser; ruff: Ruff } | undefined;

/** The grammar comes first: after ruff's first check V8 compiles ruff's 10 MB in the background, and loading took 1.2 s. */
async function load(): Promise<void> {
  await Parser.init();
  const parser = new Parser();
  const grammarPath = fileURLToPath(new URL("../../../grammars/tree-sitter-python.wasm", import.meta.url));
  parser.setLanguage(await Language.load(grammarPath));
  instances = { parser, ruff: require(ruffName) as Ruff };
}

function loaded(): NonNullable<typeof instances> {
  if (instances === undefined) throw new Error("Python cannot be read before loadPython() has finished.");
  return instances;
}

function workspaceOf(version: string): Workspace {
  const { ruff } = loaded();
  const workspace =
    workspaces.get(version) ??
    new ruff.Workspace(
      { "target-version": version, lint: { select: ["F821", "F823", ...compilerRules] } },
      ruff.PositionEncoding.Utf16,
    );
  workspaces.set(version, workspace);
  return workspace;
}
