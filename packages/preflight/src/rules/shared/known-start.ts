import { posix } from "node:path";
import type { CloneFacts, ImageFacts } from "#facts/image/image-facts.js";
import { absolutePath } from "#facts/image/known-text.js";
import type { PythonModule, PythonValue } from "#facts/python/module.js";
import { type KnownProject, type KnownScript, knownProject } from "#knowledge/index.js";
import type { Location } from "#model/location.js";
import type { FlagWord } from "./flags.js";
import { type ProcessWord, processCallsOf, startOption } from "./process-call.js";

/** A start of a script that lies in the clone of a known project. */
export interface KnownStart {
  readonly project: KnownProject;
  /** From the clone's root. */
  readonly path: string;
  /** Undefined: the project is known, a script at this path is not. */
  readonly script: KnownScript | undefined;
  /** A known script of the same name elsewhere in the project. */
  readonly likelyPath: string | undefined;
  /** True when the clone is pinned to the commit that the facts were read at. */
  readonly isPinned: boolean;
  /** Words after the script. */
  readonly words: readonly FlagWord[];
  /** True when there are words that nobody can know. */
  readonly isOpen: boolean;
  readonly place: Location;
  placeOf(word: FlagWord): Location;
  /** The code that starts it; undefined: a shell command does. */
  readonly code: { readonly module: PythonModule; readonly words: readonly ProcessWord[] } | undefined;
}

/** Every script of a known project that the worker's code or its start commands run. */
export function knownStartsOf(image: ImageFacts): readonly KnownStart[] {
  return [...codeStarts(image), ...shellStarts(image)];
}

function codeStarts(image: ImageFacts): readonly KnownStart[] {
  return image.python.modules
    .filter(({ isReachable }) => isReachable)
    .flatMap(({ module }) =>
      processCallsOf(module).flatMap((process) => {
        const at = process.words.findIndex(({ text }) => text.endsWith(".py"));
        const named = startOption(process, "cwd")?.value;
        const workdir = named === undefined ? image.finalStage.end.workdir : textIfKnown(named);
        const found = scriptAt(process.words[at], workdir, image);
        if (found === undefined) return [];
        const placeOf = (word: FlagWord) => ({
          path: module.source.path,
          line: process.words.find((each) => each === word)?.node.line ?? process.call.line,
        });
        return [
          {
            ...found,
            words: process.words.slice(at + 1),
            isOpen: process.isOpen,
            place: { path: module.source.path, line: process.call.line },
            placeOf,
            code: { module, words: process.words },
          },
        ];
      }),
    );
}

function shellStarts(image: ImageFacts): readonly KnownStart[] {
  return image.entry.commands.flatMap(({ words, workdir, location }) => {
    const at = words.findIndex(({ text }) => text.endsWith(".py"));
    const found = scriptAt(words[at], workdir, image);
    if (found === undefined) return [];
    const rest = words.slice(at + 1);
    const placeOf = (word: FlagWord) => ({
      path: location.path,
      line: rest.find((each) => each === word)?.line ?? location.line,
    });
    return [{ ...found, words: rest, isOpen: rest.some(isOpenWord), place: location, placeOf, code: undefined }];
  });
}

type Found = Pick<KnownStart, "project" | "path" | "script" | "likelyPath" | "isPinned">;

function scriptAt(word: FlagWord | undefined, workdir: string | undefined, image: ImageFacts): Found | undefined {
  if (word === undefined) return undefined;
  if (!word.isKnown) return scriptBelowName(word, image);
  const absolute = absolutePath(word.text, workdir, image.runtimeEnvironment);
  const clone = absolute === undefined ? undefined : image.clones.find((each) => isIn(absolute, each));
  const project = projectOf(clone);
  if (absolute === undefined || clone === undefined || project === undefined) return undefined;
  const path = posix.relative(clone.folder ?? "/", absolute);
  const same = project.scripts.filter((each) => posix.basename(each.path) === posix.basename(path));
  const script = project.scripts.find((each) => each.path === path);
  const likelyPath = script === undefined && same.length === 1 ? same[0]?.path : undefined;
  return { project, path, script, likelyPath, isPinned: isPinned(clone, project) };
}

/** `{wan_path}/generate.py`: the one known project of the image that has such a script at its root. */
function scriptBelowName({ text }: FlagWord, image: ImageFacts): Found | undefined {
  const path = /^\{[\w.]+\}\/([^{}]+\.py)$/.exec(text)?.[1];
  const found = image.clones.flatMap((clone) => {
    const project = clone.isInFinalImage ? projectOf(clone) : undefined;
    const script = project?.scripts.find((each) => each.path === path);
    return project === undefined || script === undefined ? [] : [{ project, script }];
  });
  const [only, ...others] = found;
  if (path === undefined || only === undefined || others.length > 0) return undefined;
  return { ...only, path, likelyPath: undefined, isPinned: false };
}

function projectOf(clone: CloneFacts | undefined): KnownProject | undefined {
  return clone?.repository === undefined ? undefined : knownProject(clone.repository);
}

function isPinned({ revision }: CloneFacts, { commit }: KnownProject): boolean {
  return revision !== undefined && revision.length >= 7 && commit.startsWith(revision);
}

function isIn(path: string, { folder, isInFinalImage }: CloneFacts): boolean {
  return isInFinalImage && folder !== undefined && path.startsWith(`${folder}/`);
}

/** `$@` and lists that the shell puts in. */
function isOpenWord({ text, isKnown }: FlagWord): boolean {
  return !isKnown && !/^--?\w/.test(text);
}

function textIfKnown(value: PythonValue): string | undefined {
  return value.kind === "text" && value.isKnown ? value.text : undefined;
}
