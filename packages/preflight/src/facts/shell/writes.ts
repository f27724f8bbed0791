import { posix } from "node:path";
import type { MappedText } from "#model/mapped-text.js";
import { resolvePath } from "./parameter.js";
import type { ShellCommand, ShellWord, ShellWrite } from "./script.js";

type TextOf = (word: ShellWord) => MappedText | undefined;

/** The files that a command writes, in bash or in another shell. */
export function writesOf(command: ShellCommand, textOf: TextOf, isBash: boolean): readonly ShellWrite[] {
  const writes: ShellWrite[] = [];
  const write = (target: ShellWord, content: MappedText | undefined, isAppend: boolean): void => {
    const path = target.isKnown ? resolvePath(target.text, command.workdir) : undefined;
    if (path === undefined || !path.startsWith("/dev/")) writes.push({ path, content, isAppend, command });
  };
  for (const { operator, descriptor, target } of command.redirects) {
    if (!/^(?:&?>>?|>\|)$/.test(operator)) continue;
    const isOutput = descriptor === undefined || descriptor === 1;
    write(target, isOutput ? outputOf(command, textOf, isBash) : undefined, operator.endsWith(">>"));
  }
  if (command.name === "tee") {
    const isAppend = command.words.some((word) => /^(?:-[ip]*a[ip]*|--append)$/.test(word.text));
    const content = command.input ?? (command.pipedFrom && outputOf(command.pipedFrom, textOf, isBash));
    for (const word of command.words.slice(1)) if (!word.text.startsWith("-")) write(word, content, isAppend);
  }
  const target = fetchedOrCopied(command);
  if (target) write(target, undefined, false);
  return writes;
}

/** What a command prints, when it stands in the script: echo, printf, and cat of a here-document. */
export function outputOf(command: ShellCommand, textOf: TextOf, isBash: boolean): MappedText | undefined {
  const operands = command.words.slice(1);
  switch (command.name) {
    case "cat":
      return operands.every((word) => word.text === "-") ? command.input : undefined;
    case "tee":
      return command.input;
    case "echo":
      return echoed(operands, textOf, isBash);
    case "printf":
      return printed(operands, textOf);
    default:
      return undefined;
  }
}

interface Builder {
  text: string;
  readonly lines: number[];
}

/**
 * What echo makes of a backslash is the shell's own: dash, the `sh` of Debian and Ubuntu, reads `\n` as a line break, bash
 * and busybox do not, and a base image may have made bash the shell of RUN. Undefined then.
 */
function echoed(operands: readonly ShellWord[], textOf: TextOf, isBash: boolean): MappedText | undefined {
  const options = operands.findIndex((word) => !/^-[neE]+$/.test(word.text));
  const flags = operands
    .slice(0, options === -1 ? undefined : options)
    .map((word) => word.text)
    .join("");
  const words = options === -1 ? [] : operands.slice(options);
  const first = words[0] && textOf(words[0]);
  if (first === undefined) return undefined;
  const isUnclear = !isBash && !flags.includes("e") && words.some((word) => /\\[abcfnrtv0\\]/.test(word.text));
  if (isUnclear) return undefined;
  const built: Builder = { text: "", lines: [] };
  for (const [index, word] of words.entries()) {
    if (index > 0) add(built, " ", word.line);
    append(built, textOf(word), flags.includes("e"));
  }
  if (!flags.includes("n")) add(built, "\n", built.lines.at(-1) ?? 1);
  return finish(built, first.path);
}

/** `%s` and `%b` take words, the format is used again until none is left (POSIX printf). */
function printed(operands: readonly ShellWord[], textOf: TextOf): MappedText | undefined {
  const [format, ...words] = operands[0]?.text === "--" ? operands.slice(1) : operands;
  const source = format && textOf(format);
  if (source === undefined) return undefined;
  const built: Builder = { text: "", lines: [] };
  let next = 0;
  do {
    const start = next;
    for (const match of source.text.matchAll(/%%|%([a-zA-Z])|%|\\[^]|[^%\\]+|\\/g)) {
      const [part, directive] = match;
      if (part === "%%") add(built, "%", source.lineAt(match.index));
      else if (directive === undefined) {
        const slice = source.text.slice(match.index, match.index + part.length);
        const lines = Array.from(slice, (_, i) => source.lineAt(match.index + i));
        appendText(built, slice, lines, true);
      } else if ("sbdiq".includes(directive)) {
        const word = words[next++];
        if (word) append(built, textOf(word), directive === "b");
      } else return undefined;
    }
    if (next === start) break;
  } while (next < words.length);
  return finish(built, source.path);
}

function append(built: Builder, source: MappedText | undefined, hasEscapes: boolean): void {
  if (source === undefined) return;
  const lines = Array.from({ length: source.text.length }, (_, i) => source.lineAt(i));
  appendText(built, source.text, lines, hasEscapes);
}

function appendText(built: Builder, text: string, lines: readonly number[], hasEscapes: boolean): void {
  for (let i = 0; i < text.length; i++) {
    const escaped = hasEscapes && text[i] === "\\" ? escapes.get(text[i + 1] ?? "") : undefined;
    add(built, escaped ?? text[i] ?? "", lines[i] ?? 1);
    if (escaped !== undefined) i++;
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["\\", "\\"],
  ['"', '"'],
]);

function add(built: Builder, character: string, line: number): void {
  built.text += character;
  built.lines.push(line);
}

function finish({ text, lines }: Builder, path: string): MappedText {
  const last = lines.at(-1) ?? 1;
  return { text, path, lineAt: (offset) => lines[offset] ?? last };
}

/** The file that curl, wget, cp or mv makes. */
function fetchedOrCopied(command: ShellCommand): ShellWord | undefined {
  const words = command.words.slice(1);
  const operands = words.filter((word) => !word.text.startsWith("-"));
  switch (command.name) {
    case "curl":
      return optionValue(words, "o", "output");
    case "wget":
      return optionValue(words, "O", "output-document");
    case "cp":
    case "mv": {
      const [source, target, ...more] = operands;
      if (source === undefined || target === undefined || more.length > 0) return undefined;
      if (!/(?:^|\/)\.?$/.test(target.text)) return target;
      return {
        ...target,
        text: posix.join(target.text, posix.basename(source.text)),
        isKnown: target.isKnown && source.isKnown,
      };
    }
    default:
      return undefined;
  }
}

/** `-o file`, `-Lofile`, `--output file`, `--output=file`. */
function optionValue(words: readonly ShellWord[], letter: string, name: string): ShellWord | undefined {
  for (const [index, word] of words.entries()) {
    if (word.text.startsWith(`--${name}=`)) return { ...word, text: word.text.slice(name.length + 3) };
    const at = /^-[A-Za-z]/.test(word.text) ? word.text.indexOf(letter) : -1;
    if (word.text === `--${name}` || at === word.text.length - 1)
      return word.text === letter ? undefined : words[index + 1];
    if (at > 0 && word.text.length > at + 1) return { ...word, text: word.text.slice(at + 1) };
  }
  return undefined;
}
