import { posix } from "node:path";
import type { ShellCommand, ShellWord } from "#facts/shell/script.js";
import type { MappedText } from "#model/mapped-text.js";

/**
 * A command with the words that it takes from a file: `xargs apt-get install < list`, `cat list | xargs …`,
 * `apt-get install $(cat list)`. Where the file is not known, one unknown word stands for them.
 * @param read text of a file by its absolute path.
 */
export function expandedCommand(command: ShellCommand, read: (path: string) => MappedText | undefined): ShellCommand {
  const wordsOf = (file: string, raw: string, line: number): readonly ShellWord[] => {
    const path = command.workdir === undefined ? undefined : posix.resolve(command.workdir, file);
    const text = path === undefined ? undefined : read(path)?.text;
    if (text === undefined) return [{ text: raw, isKnown: false, raw, line }];
    return text
      .split("\n")
      .flatMap((each) => each.replace(/(^|\s)#.*$/, "").split(/\s+/))
      .filter((each) => each !== "")
      .map((each) => ({ text: each, isKnown: true, raw: each, line }));
  };
  const start = command.name === "xargs" ? xargsStart(command.words) : 0;
  if (start === undefined) return command;
  const own = command.words.slice(start).flatMap((word) => {
    const file = word.isKnown ? undefined : /^\$\((?:cat\s+|<\s*)([\w./-]+)\s*\)$/.exec(word.raw)?.[1];
    return file === undefined ? [word] : wordsOf(file, word.raw, word.line);
  });
  if (start === 0) return { ...command, words: own };
  const file = listFile(command);
  const listed = wordsOf(file ?? "", "<xargs>", command.location.line);
  return { ...command, name: posix.basename(own[0]?.text ?? ""), words: [...own, ...listed] };
}

/** Index of the program that xargs runs; undefined when words go elsewhere than to the end (`-I`). */
function xargsStart(words: readonly ShellWord[]): number | undefined {
  let at = 1;
  for (; words[at]?.text.startsWith("-") === true; at++) {
    const text = words[at]!.text;
    if (/^(-I|-i|--replace)/.test(text)) return undefined;
    if (/^-[adELnPs]$/.test(text)) at++;
  }
  return at < words.length ? at : undefined;
}

function listFile(command: ShellCommand): string | undefined {
  const option = command.words.findIndex((word) => word.text === "-a");
  if (option !== -1) return command.words[option + 1]?.text;
  const input = command.redirects.find((redirect) => redirect.operator === "<")?.target;
  if (input !== undefined) return input.isKnown ? input.text : undefined;
  const source = command.pipedFrom;
  const [, file, more] = source?.name === "cat" ? source.words : [];
  return file?.isKnown === true && more === undefined ? file.text : undefined;
}
