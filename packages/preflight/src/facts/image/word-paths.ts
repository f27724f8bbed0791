import type { ShellCommand, ShellWord } from "#facts/shell/script.js";
import { absolutePath } from "./known-text.js";

/** Absolute path that a word names for a command; undefined: nobody can know. */
export function pathOf(word: ShellWord | undefined, command: ShellCommand): string | undefined {
  return word === undefined || !word.isKnown
    ? undefined
    : absolutePath(word.text, command.workdir, command.environment);
}

/**
 * The deepest folder that surely holds what a word names: `/models/$NAME` lies in `/models`.
 * @returns `/` when nothing is known.
 */
export function knownFolderOf(word: ShellWord, command: ShellCommand): string {
  const known = word.isKnown ? word.text : word.text.slice(0, word.text.search(/[$`]|$/u));
  if (known === "") return "/";
  const folder = known.slice(0, known.lastIndexOf("/") + 1);
  return absolutePath(folder === "" ? "." : folder, command.workdir, command.environment) ?? "/";
}
