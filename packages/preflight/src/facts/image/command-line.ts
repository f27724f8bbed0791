import type { ShellWord } from "#facts/shell/script.js";

/** A command's words sorted into options and the rest. */
export interface CommandLine {
  /** In order; a name as written, `-o` or `--output`, without its value. */
  readonly options: readonly { readonly name: string; readonly value: ShellWord | undefined }[];
  readonly positionals: readonly ShellWord[];
}

/**
 * Sorts words after getopt's rules: `-o v`, `-ov`, `-xo v`, `--out v`, `--out=v`; `--` ends the options.
 * @param words without the program.
 * @param valued options that take a value.
 */
export function readCommandLine(words: readonly ShellWord[], valued: ReadonlySet<string>): CommandLine {
  const options: { name: string; value: ShellWord | undefined }[] = [];
  const positionals: ShellWord[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) break;
    if (word.text === "--") return { options, positionals: [...positionals, ...words.slice(index + 1)] };
    if (word.text.startsWith("--")) {
      const [name = "", value] = splitAt(word, word.text.indexOf("="));
      options.push({ name, value: value ?? (valued.has(name) ? words[++index] : undefined) });
    } else if (/^-[^\s]/u.test(word.text)) {
      const cluster = readCluster(word, valued);
      options.push(...cluster.options);
      if (cluster.wants !== undefined) options.push({ name: cluster.wants, value: words[++index] });
    } else positionals.push(word);
  }
  return { options, positionals };
}

/** Value of the last of the named options that has one. */
export function optionValue(line: CommandLine, ...names: readonly string[]): ShellWord | undefined {
  return optionValues(line, ...names).at(-1);
}

/** Values of the named options, in order. */
export function optionValues(line: CommandLine, ...names: readonly string[]): readonly ShellWord[] {
  return line.options.flatMap(({ name, value }) => (names.includes(name) && value !== undefined ? [value] : []));
}

/** `-xo` and `-ov`: letters up to the first that takes a value; `wants` is that one when its value is the next word. */
function readCluster(
  word: ShellWord,
  valued: ReadonlySet<string>,
): { readonly options: CommandLine["options"]; readonly wants: string | undefined } {
  const options: { name: string; value: ShellWord | undefined }[] = [];
  for (let at = 1; at < word.text.length; at++) {
    const name = `-${word.text[at]}`;
    if (!valued.has(name)) options.push({ name, value: undefined });
    else if (at + 1 === word.text.length) return { options, wants: name };
    else
      return { options: [...options, { name, value: { ...word, text: word.text.slice(at + 1) } }], wants: undefined };
  }
  return { options, wants: undefined };
}

function splitAt(word: ShellWord, equals: number): [string, ShellWord?] {
  if (equals === -1) return [word.text];
  return [word.text.slice(0, equals), { ...word, text: word.text.slice(equals + 1) }];
}
