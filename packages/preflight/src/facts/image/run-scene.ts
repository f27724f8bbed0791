import { posix } from "node:path";
import type { ShellCommand, ShellWord } from "#facts/shell/script.js";
import { isStandardFolder } from "./base-folders.js";
import { type CommandLine, readCommandLine } from "./command-line.js";
import { globPaths } from "./glob-paths.js";
import type { CloneFacts, PathOrigin } from "./image-facts.js";
import type { StageFiles } from "./stage-files.js";
import { pathOf } from "./word-paths.js";

/** What a RUN needs to know besides the files that it changes. */
export interface RunSurroundings {
  /** Clones by their command. */
  readonly clones: ReadonlyMap<ShellCommand, CloneFacts>;
  /** Text of a file at build time, for the Python files that RUN starts. */
  readonly textAtBuild: (path: string) => string | undefined;
}

/** One command of a RUN that changes the files of a stage. */
export interface Scene {
  readonly files: StageFiles;
  readonly command: ShellCommand;
  readonly around: RunSurroundings;
}

/** Makes a path; a symlink on the way to it is followed. */
export function make(scene: Scene, path: string, origin: PathOrigin, isExecutable?: boolean): void {
  const { files, command } = scene;
  const isLink = origin.kind === "linked";
  const parent = files.follow(posix.dirname(path)) ?? posix.dirname(path);
  files.add({
    path: isLink ? posix.join(parent, posix.basename(path)) : (files.follow(path) ?? path),
    origin,
    location: command.location,
    stageIndex: files.stageIndex,
    isCertain: isCertain(command),
    isExecutable,
  });
}

/** Says that nobody can know what lies at a path and below it; without a path, anywhere. */
export function unknown(scene: Scene, path: string | undefined, because: string): void {
  const real = path === undefined ? "/" : (scene.files.follow(path) ?? path);
  scene.files.markUnknown(real, { because, made: scene.files.madeAt(real) });
}

/** A program that nobody knows may make every path among its arguments. */
export function markArguments(scene: Scene): void {
  for (const word of scene.command.words.slice(1)) {
    const text = word.text.replace(/^--?[\w-]+=/u, "");
    if (text.includes("/") && !text.includes("://")) mayBeMade(scene, { ...word, text });
  }
}

/** Makes a path unknown that a command may make; one that is there for sure stays. */
export function mayBeMade(scene: Scene, word: ShellWord): void {
  const path = pathOf(word, scene.command);
  if (path === undefined || path === "/" || scene.files.madeAt(path) !== undefined) return;
  unknown(scene, path, `what line ${scene.command.location.line} makes`);
}

/** False for a command on a branch or in a loop that may not run. */
export function isCertain(command: ShellCommand): boolean {
  return !command.isConditional && !command.isInLoop;
}

/** True for a folder, of the base image too. */
export function isFolder(scene: Scene, path: string): boolean {
  return scene.files.isFolder(path) || isStandardFolder(path);
}

/** The words of the command after its program. */
export function lineOf(scene: Scene, valued: readonly string[]): CommandLine {
  return readCommandLine(scene.command.words.slice(1), new Set(valued));
}

/** The words of the command that are no options. */
export function operandsOf(scene: Scene, valued: readonly string[]): readonly ShellWord[] {
  return lineOf(scene, valued).positionals;
}

/** True when one of the options is given. */
export function has(line: CommandLine, ...names: readonly string[]): boolean {
  return line.options.some((option) => names.includes(option.name));
}

/** Known paths of words, wildcards expanded. */
export function paths(scene: Scene, words: readonly ShellWord[]): readonly string[] {
  return words.flatMap((word) => {
    const path = pathOf(word, scene.command);
    return path === undefined ? [] : globPaths(scene.files, path);
  });
}
