import { posix } from "node:path";
import type { BuildContext, ContextMatch } from "#facts/context/build-context.js";
import type { CopySource, CopyStep } from "#facts/dockerfile/stage.js";
import type { Location } from "#model/location.js";
import { isStandardFolder } from "./base-folders.js";
import { globPaths, hasWildcard } from "./glob-paths.js";
import type { PathOrigin } from "./image-facts.js";
import { isBelow, moved, type StageFiles } from "./stage-files.js";
import { copyTree, placeOf } from "./tree-copy.js";

/** What a COPY can draw from. */
export interface CopySources {
  readonly context: BuildContext;
  /** Another stage's files, after its last step. */
  stageFiles(index: number): StageFiles | undefined;
}

/** Archives that ADD unpacks by itself when they come from the context (Dockerfile reference, ADD). */
const archive = /\.(?:tar|tar\.(?:gz|bz2|xz)|tgz|tbz2?|txz)$/u;

/**
 * Carries out COPY or ADD: a folder's content is copied, not the folder; a file goes inside the destination when that
 * ends with `/`, is a folder already, or several files are copied (Dockerfile reference, COPY).
 */
export function applyCopy(files: StageFiles, step: CopyStep, from: CopySources): void {
  const { destination } = step;
  if (destination.unresolved.length > 0) {
    files.markUnknown("/", {
      because: `what line ${step.instruction.line} copies to ${destination.text}`,
      made: undefined,
    });
    return;
  }
  const target = files.follow(destination.text) ?? posix.resolve("/", destination.text);
  const isFolder =
    destination.text.endsWith("/") || step.sources.length > 1 || files.isFolder(target) || isStandardFolder(target);
  const copy: Copy = { files, step, target, isFolder, isExecutable: executableOf(step) };
  for (const source of files.isFull ? [] : step.sources) applySource(copy, source, from);
}

interface Copy {
  readonly files: StageFiles;
  readonly step: CopyStep;
  readonly target: string;
  readonly isFolder: boolean;
  readonly isExecutable: boolean | undefined;
}

function applySource(copy: Copy, source: CopySource, from: CopySources): void {
  const { step, target } = copy;
  const { text, unresolved } = source.pattern;
  if (unresolved.length > 0) markTarget(copy, text, `a copy of ${text}, which only the build knows`);
  else if (source.kind === "heredoc") {
    make(copy, placeOf(text, target, copy.isFolder), { kind: "written", content: source.content }, source);
  } else if (source.kind === "git") {
    make(copy, target, { kind: "cloned", repository: text }, source);
    copy.files.markUnknown(target, { because: `a clone of ${text}`, made: copy.files.madeAt(target) });
  } else if (source.kind === "url") {
    const name = new URL(text, "https://unknown.invalid").pathname;
    make(copy, placeOf(name, target, copy.isFolder), { kind: "downloaded", from: text }, source);
  } else if (step.from === undefined) copyFromContext(copy, source, from.context);
  else if (step.from.kind === "image") markTarget(copy, text, `a copy out of the image ${step.from.reference}`);
  else copyFromStage(copy, source, from.stageFiles(step.from.index));
}

function copyFromContext(copy: Copy, source: CopySource, context: BuildContext): void {
  const pattern = source.pattern.text;
  const matches = context.match(pattern);
  if (matches.length === 0) {
    markTarget(copy, pattern, `a copy of ${pattern}, which the build context does not hold`);
    return;
  }
  const isFolder = copy.isFolder || matches.length > 1;
  for (const match of matches) {
    const parents = hasFlag(copy.step, "parents") ? parentsOf(pattern, match.path) : "";
    const target = posix.join(copy.target, parents);
    const file = fileOf(match, context);
    if (file === undefined) copyFolder(copy, target, match.path, source, context);
    else if (copy.step.isAdd && archive.test(match.path)) {
      copy.files.markUnknown(target, { because: `the archive ${match.path} unpacked by ADD`, made: undefined });
    } else {
      const place = placeOf(match.path, target, isFolder || parents !== "");
      make(copy, place, { kind: "copied", contextPath: file.path }, source, file.isExecutable);
    }
  }
}

/** The file that is copied; a symlink is followed as BuildKit does. Undefined for a folder. */
function fileOf(match: ContextMatch, context: BuildContext): { path: string; isExecutable: boolean } | undefined {
  if (match.kind === "folder") return undefined;
  const file = context.files.get(match.path);
  const linked = file?.kind === "symlink" ? linkTargetOf(match.path, file.linkTarget ?? "") : match.path;
  return { path: linked, isExecutable: context.files.get(linked)?.isExecutable ?? false };
}

function copyFolder(copy: Copy, target: string, folder: string, source: CopySource, context: BuildContext): void {
  if (target !== "/") make(copy, target, { kind: "folder" }, source);
  const prefix = folder === "" ? "" : `${folder}/`;
  for (const [path, file] of context.files) {
    if (!path.startsWith(prefix)) continue;
    const place = posix.join(target, path.slice(prefix.length));
    const origin: PathOrigin =
      file.kind === "symlink"
        ? { kind: "linked", target: file.linkTarget ?? "" }
        : { kind: "copied", contextPath: path };
    make(copy, place, origin, source, file.isExecutable);
  }
}

function copyFromStage(copy: Copy, source: CopySource, from: StageFiles | undefined): void {
  if (from === undefined) {
    markTarget(copy, source.pattern.text, "a copy out of a stage that is not there");
    return;
  }
  const pattern = posix.resolve("/", source.pattern.text);
  const found = globPaths(from, pattern);
  if (found.length === 0) markTarget(copy, pattern, `a copy of ${pattern} out of another stage`);
  for (const path of found) {
    const real = from.follow(path) ?? path;
    const isFile = from.madeAt(real) !== undefined && !from.isFolder(real);
    const isInside = isFile && (copy.isFolder || found.length > 1);
    copyTree(from, real, copy.files, isInside ? placeOf(path, copy.target, true) : copy.target, {
      location: locationOf(copy, source),
      isCertain: true,
      because: `a copy of ${path} out of another stage`,
      isExecutable: copy.isExecutable,
    });
  }
}

/** The destination holds something that nobody can know: one path when the source names one. */
function markTarget(copy: Copy, pattern: string, because: string): void {
  const isOnePath =
    copy.isFolder && copy.step.from === undefined && !hasWildcard(pattern) && posix.extname(pattern) !== "";
  const place = isOnePath ? placeOf(pattern, copy.target, true) : copy.target;
  copy.files.markUnknown(place, { because, made: undefined });
}

function make(copy: Copy, path: string, origin: PathOrigin, source: CopySource, isExecutable?: boolean): void {
  copy.files.add({
    path,
    origin,
    location: locationOf(copy, source),
    stageIndex: copy.files.stageIndex,
    isCertain: true,
    isExecutable: copy.isExecutable ?? isExecutable,
  });
}

function locationOf(copy: Copy, source: CopySource): Location {
  return { path: copy.step.instruction.arguments.path, line: source.line };
}

/** `--chmod=755` or `--chmod=u+x`; undefined: not given. */
function executableOf(step: CopyStep): boolean | undefined {
  const mode = step.flags.find((flag) => flag.name === "chmod")?.value;
  if (mode === undefined) return undefined;
  if (/^[0-7]+$/u.test(mode)) return (Number.parseInt(mode, 8) & 0o111) !== 0;
  return /[+=][rwX]*x/u.test(mode);
}

/** The folders that `--parents` keeps: those after the `/./` of the pattern, or all. */
function parentsOf(pattern: string, path: string): string {
  const pivot = pattern.indexOf("/./");
  const root = pivot === -1 ? "" : posix.normalize(pattern.slice(0, pivot));
  const below = root !== "" && isBelow(path, root) ? moved(path, root, "/") : path;
  return posix.dirname(below);
}

function linkTargetOf(path: string, target: string): string {
  return posix.join("/", posix.dirname(path), target).slice(1);
}

function hasFlag(step: CopyStep, name: string): boolean {
  return step.flags.some((flag) => flag.name === name);
}
