import { posix } from "node:path";
import type { PythonCall, PythonModule, PythonValue } from "#facts/python/module.js";
import type { VirtualFiles } from "./image-facts.js";
import { absolutePath, knownText } from "./known-text.js";
import { locateModule } from "./locate-module.js";

/** One process that runs Python. */
export interface PythonStart {
  /** What it runs: a file of the image, a dotted name, or code of a command line. */
  readonly what:
    | { readonly kind: "file"; readonly path: string }
    | { readonly kind: "module"; readonly name: string }
    | { readonly kind: "code"; readonly module: PythonModule };
  /** Folder that it runs in. */
  readonly workdir: string;
  /** Folders after the script's own on `sys.path`. */
  readonly searchPath: readonly string[];
  /** Image paths of the files that led here. */
  readonly chain: readonly string[];
}

/** How a file of the image is reached. */
export interface Reached {
  /** From the start command's file to this one. */
  readonly chain: readonly string[];
  /** `sys.path` of the process that reaches it, as far as it lies in the image's own files. */
  readonly searchPath: readonly string[];
}

/** What the walk over imports looks things up in. */
export interface ReachOptions {
  readonly files: VirtualFiles;
  readonly environment: ReadonlyMap<string, string>;
  readonly moduleAt: (path: string) => PythonModule | undefined;
}

/** Processes followed; a program that starts itself under ever new names ends here. */
const maxStarts = 50;
/** Modules visited, once for each process that imports them. */
const maxVisits = 3000;

/**
 * Follows the imports of every process, and the Python files that they start in turn.
 * @returns by image path, files whose text nobody knows among them; the first way found is kept.
 */
export function reachModules(starts: readonly PythonStart[], options: ReachOptions): ReadonlyMap<string, Reached> {
  const reached = new Map<string, Reached>();
  const seen = new Set<string>();
  const open = [...starts];
  let visits = 0;
  const moduleAt = (path: string): PythonModule | undefined =>
    ++visits > maxVisits ? undefined : options.moduleAt(path);
  for (let index = 0; index < Math.min(open.length, maxStarts); index++) {
    const start = open[index];
    if (start === undefined) break;
    const key = JSON.stringify([start.what.kind === "code" ? index : start.what, start.workdir]);
    if (seen.has(key)) continue;
    seen.add(key);
    open.push(...followProcess(start, reached, { ...options, moduleAt }));
  }
  return reached;
}

/** Where an import stands. */
interface Place {
  /** Undefined: code of a command line, or the command itself. */
  readonly path: string | undefined;
  readonly chain: readonly string[];
}

/** One module of a process, with the files that led to it. */
interface Visit extends Place {
  readonly module: PythonModule;
}

/** Follows the imports of one process. @returns the processes that its modules start. */
function followProcess(
  start: PythonStart,
  reached: Map<string, Reached>,
  options: ReachOptions,
): readonly PythonStart[] {
  const searchPath = [firstFolder(start, options), ...start.searchPath];
  const waiting: { readonly visit: Visit; readonly name: string }[] = [];
  const children: PythonStart[] = [];
  const visited = new Set<string>();
  const open: Visit[] = [];
  const visitFile = (path: string, chain: readonly string[]): void => {
    const module = visited.has(path) ? undefined : options.moduleAt(path);
    visited.add(path);
    const way = [...chain, path];
    if (!reached.has(path)) reached.set(path, { chain: way, searchPath });
    if (module !== undefined) open.push({ module, path, chain: way });
  };
  const visitName = (name: string, from: Place): boolean => {
    const [roots, absolute] = rootsOf(name, from, searchPath);
    const found = locateModule(absolute, roots, options.files);
    if (found?.kind !== "file") return false;
    for (const path of [...found.packages, found.path]) visitFile(path, from.chain);
    return true;
  };

  begin(start, options, visitFile, visitName, open);
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const added = addedFolders(visit, start, options).filter((folder) => !searchPath.includes(folder));
    searchPath.unshift(...added);
    for (const name of importedNames(visit.module, options)) {
      if (!visitName(name, visit)) waiting.push({ visit, name });
    }
    children.push(...startedBy(visit, start, options));
    // A folder put on sys.path may hold what imports before it did not find.
    if (added.length > 0) for (const { visit: earlier, name } of waiting.splice(0)) visitName(name, earlier);
  }
  return children;
}

function begin(
  start: PythonStart,
  options: ReachOptions,
  visitFile: (path: string, chain: readonly string[]) => void,
  visitName: (name: string, from: Place) => boolean,
  open: Visit[],
): void {
  const { what, chain } = start;
  if (what.kind === "file") visitFile(options.files.resolve(what.path), chain);
  else if (what.kind === "code") open.push({ module: what.module, path: undefined, chain });
  else {
    const from = { path: undefined, chain };
    if (!visitName(`${what.name}.__main__`, from)) visitName(what.name, from);
  }
}

/** `sys.path[0]`: the script's folder, or the working folder for `-m` and `-c` (CPython, sys.path). */
function firstFolder({ what, workdir }: PythonStart, { files }: ReachOptions): string {
  return what.kind === "file" ? posix.dirname(files.resolve(what.path)) : workdir;
}

/** Dotted names that a module imports; `from a import b` may mean the module `a.b`. */
function importedNames(module: PythonModule, options: ReachOptions): readonly string[] {
  const written = module.imports.flatMap(({ module: name, names }) => [
    name,
    ...(names ?? [])
      .filter((each) => each !== "*")
      .map((each) => (name.endsWith(".") ? `${name}${each}` : `${name}.${each}`)),
  ]);
  const dynamic = module.calls
    .filter(
      ({ callee }) => callee === "importlib.import_module" || callee === "__import__" || callee === "runpy.run_module",
    )
    .flatMap(({ arguments: [first] }) => textOf(first?.value, module, options) ?? []);
  return [...written, ...dynamic.filter((name) => /^[\w.]+$/u.test(name))].filter((name) => name.length < 500);
}

/** Search path and dotted name of an import; a relative one is searched in its package's folder alone. */
function rootsOf(name: string, from: Place, searchPath: readonly string[]): [readonly string[], string] {
  const folder = relativeFolder(name, from.path);
  return folder === undefined ? [searchPath, name] : [[folder], name.replace(/^\.+/u, "")];
}

/** Folder that the dots of a relative import mean; undefined for an absolute import. */
export function relativeFolder(name: string, fromPath: string | undefined): string | undefined {
  const dots = /^\.+/u.exec(name)?.[0].length ?? 0;
  if (dots === 0 || fromPath === undefined) return undefined;
  return posix.join(posix.dirname(fromPath), ...Array.from({ length: Math.min(dots, 100) - 1 }, () => ".."));
}

function addedFolders(visit: Visit, start: PythonStart, options: ReachOptions): readonly string[] {
  return visit.module.addedSearchPaths.flatMap(({ path }) => {
    const text = textOf(path, visit.module, options, visit.path);
    return absolutePath(text, start.workdir, options.environment) ?? [];
  });
}

const starters =
  /^(?:subprocess\.(?:run|Popen|call|check_call|check_output)|os\.(?:system|popen|exec[lv]p?e?|spawn\w+)|asyncio\.create_subprocess_(?:exec|shell)|runpy\.run_path)$/u;

/** Python files that a module runs as processes of their own. */
function startedBy(visit: Visit, start: PythonStart, options: ReachOptions): readonly PythonStart[] {
  return visit.module.calls.flatMap((call) => {
    if (!starters.test(call.callee)) return [];
    const named = call.arguments.find(({ name }) => name === "cwd")?.value;
    const workdir =
      named === undefined
        ? start.workdir
        : absolutePath(textOf(named, visit.module, options, visit.path), start.workdir, options.environment);
    if (workdir === undefined) return [];
    const what = startedFile(wordsOf(call, visit, options), workdir, options);
    return what === undefined ? [] : [{ what, workdir, searchPath: start.searchPath, chain: visit.chain }];
  });
}

/** Words of a program call, however it is given: a list, a string, or one argument a word. Unknown ones are "". */
function wordsOf(call: PythonCall, visit: Visit, options: ReachOptions): readonly string[] {
  const values = call.arguments.filter(({ name }) => name === undefined || name === "args").map(({ value }) => value);
  return values.flatMap((value) => {
    const items = listOf(value, visit.module);
    if (items !== undefined) return items.map((item) => textOf(item, visit.module, options, visit.path) ?? "");
    const text = textOf(value, visit.module, options, visit.path);
    return text === undefined ? [] : text.split(/\s+/u);
  });
}

function listOf(value: PythonValue, module: PythonModule): readonly PythonValue[] | undefined {
  if (value.kind === "list") return value.items;
  const constant = value.kind === "other" ? module.constants.get(value.written) : undefined;
  return constant?.kind === "list" ? constant.items : undefined;
}

function startedFile(
  words: readonly string[],
  workdir: string,
  options: ReachOptions,
): PythonStart["what"] | undefined {
  const at = words.indexOf("-m");
  const name = at === -1 ? undefined : words[at + 1];
  if (name !== undefined && /^[\w.]+$/u.test(name)) return { kind: "module", name };
  const script = words.find((word) => word.endsWith(".py"));
  const path = absolutePath(script, workdir, options.environment);
  return path === undefined ? undefined : { kind: "file", path };
}

/** A value as text; `{__file__}` is the module's own path. */
function textOf(
  value: PythonValue | undefined,
  module: PythonModule,
  { environment }: ReachOptions,
  path?: string,
): string | undefined {
  if (value === undefined) return undefined;
  if (value.kind === "text" && path !== undefined && value.text.includes("{__file__}")) {
    const text = value.text.replaceAll("{__file__}", path);
    return text.includes("{") ? undefined : text;
  }
  return knownText(value, module, environment);
}
