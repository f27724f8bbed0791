import type { ImageFacts } from "#facts/image/image-facts.js";
import { baseNameOf } from "#facts/project/project-path.js";
import type { ContextSource } from "./context-sources.js";
import { extensionOf, wordsOf } from "./file-name.js";

/** What a missing file may stand for. */
export interface LikelyFiles {
  /** Path in the context that surely is meant; undefined: nothing is sure. */
  readonly meant: string | undefined;
  /** The file whose name is nearest, when `meant` is undefined. */
  readonly nearest: string | undefined;
  /** The file that defines what the project's code imports under the wanted name, when `meant` is undefined. */
  readonly defining: string | undefined;
  /** Names that code imports from the wanted module. */
  readonly imported: readonly string[];
  /** A module of the project imports it, or a start command runs it. */
  readonly isUsed: boolean;
}

/**
 * Looks for the file that a COPY means by a name that is not there: by the words of the name, and for a Python module by
 * the names that other modules import from it. Where the two disagree, or nothing uses the name, nothing is sure.
 */
export function likelyFiles(source: ContextSource, image: ImageFacts): LikelyFiles {
  const wanted = source.pattern.text;
  const name = imageName(source);
  const candidates = candidatesFor(wanted, image);
  const { imported, isImported } = importsOf(name, image);
  const rest = { imported, isUsed: extensionOf(wanted) !== ".py" || isImported || isStarted(name, image) };
  const twins = candidates.filter((path) => isNamed(path, wanted));
  const sameName = candidates.filter((path) => isNamed(path, name));
  const named = onlyOne(twins) ?? onlyOne(sameName) ?? nearestName(wanted, candidates, rest.isUsed);
  if (imported.length === 0) {
    const isSure = named !== undefined && rest.isUsed && hasAllWords(named, wanted);
    return { meant: isSure ? named : undefined, nearest: isSure ? undefined : named, defining: undefined, ...rest };
  }
  const definers = candidates.filter((path) => defines(path, imported, image));
  const defining = onlyOne(definers) ?? nearestName(wanted, definers, true);
  if (defining !== undefined && sharedWords(defining, wanted) > 0) {
    return { meant: defining, nearest: undefined, defining: undefined, ...rest };
  }
  return { meant: undefined, nearest: named, defining, ...rest };
}

/** The file's name in the image: what code imports and commands run. */
function imageName({ step, pattern }: ContextSource): string {
  const target = step.kind === "copy" ? step.destination.text : "";
  return extensionOf(target) === extensionOf(pattern.text) && !target.endsWith("/") ? target : pattern.text;
}

/** Files of the same kind, tests and examples left out. */
function candidatesFor(wanted: string, { context, project }: ImageFacts): readonly string[] {
  const extension = extensionOf(wanted);
  if (extension === "" || /[*?[\\]/.test(wanted)) return [];
  return [...context.files.keys()].filter(
    (path) =>
      extensionOf(path) === extension && !path.split("/").some((name) => project.config.testFolders.includes(name)),
  );
}

/** The one with the most words in common, then the fewest besides; undefined: none, or two are as near. */
function nearestName(wanted: string, candidates: readonly string[], mayDiffer: boolean): string | undefined {
  const ranked = candidates
    .filter((path) => (mayDiffer ? sharedWords(path, wanted) > 0 : hasAllWords(path, wanted)))
    .map((path) => ({ path, shared: sharedWords(path, wanted), words: wordsOf(path).length }))
    .toSorted((a, b) => b.shared - a.shared || a.words - b.words);
  const [first, second] = ranked;
  const isTie = first !== undefined && first.shared === second?.shared && first.words === second.words;
  return isTie ? undefined : first?.path;
}

function onlyOne(paths: readonly string[]): string | undefined {
  return paths.length === 1 ? paths[0] : undefined;
}

function isNamed(path: string, name: string): boolean {
  return baseNameOf(path).toLowerCase() === baseNameOf(name).toLowerCase();
}

function sharedWords(path: string, wanted: string): number {
  const words = wordsOf(path);
  return wordsOf(wanted).filter((word) => words.includes(word)).length;
}

function hasAllWords(path: string, wanted: string): boolean {
  const { length } = wordsOf(wanted);
  return length > 0 && sharedWords(path, wanted) === length;
}

/** What the project's modules import from a module of that file name. */
function importsOf(
  wanted: string,
  { context, project }: ImageFacts,
): { readonly imported: readonly string[]; readonly isImported: boolean } {
  const name = extensionOf(wanted) === ".py" ? baseNameOf(wanted).slice(0, -".py".length) : undefined;
  if (name === undefined) return { imported: [], isImported: false };
  const imports = [...context.files.values()]
    .filter((file) => file.path.endsWith(".py") && file.text?.includes(name) === true)
    .flatMap((file) => project.pythonModule(file.path)?.imports ?? [])
    .filter((each) => each.module.replace(/^\.+/, "") === name);
  const names = imports.flatMap((each) => each.names ?? []).filter((each) => each !== "*");
  return { imported: [...new Set(names)], isImported: imports.length > 0 };
}

function defines(path: string, names: readonly string[], { context, project }: ImageFacts): boolean {
  const file = context.files.get(path);
  const definitions = file === undefined ? undefined : project.pythonModule(file.path)?.definitions;
  return definitions !== undefined && names.every((name) => definitions.has(name));
}

function isStarted(wanted: string, { entry }: ImageFacts): boolean {
  const name = baseNameOf(wanted);
  const steps = [entry.cmd, entry.entrypoint];
  return steps.some((step) => (step?.exec?.join(" ") ?? step?.script?.text ?? "").includes(name));
}
