import type { MappedText } from "#model/mapped-text.js";
import type { EmbeddedCode, ShellCommand, ShellWord } from "./script.js";

/** The Python code that a command runs from its arguments or its input; undefined: none, or nobody can know. */
export function pythonCode(
  command: ShellCommand,
  textOf: (word: ShellWord) => MappedText | undefined,
  outputOf: (command: ShellCommand, textOf: (word: ShellWord) => MappedText | undefined) => MappedText | undefined,
): EmbeddedCode | undefined {
  if (!/^(?:python|pypy)[0-9.]*$/.test(command.name)) return undefined;
  const operands = command.words.slice(1);
  for (let at = 0; at < operands.length; at++) {
    const word = operands[at];
    if (word === undefined || !/^-[A-Za-z]/.test(word.text)) {
      if (word?.text.startsWith("--") === true) continue;
      return word?.text === "-" || word?.text === "/dev/stdin" ? fromInput() : undefined;
    }
    if (/^-[A-Za-bd-ln-z]*m/.test(word.text)) return undefined;
    if (/^-[A-Za-bd-z]*c$/.test(word.text))
      return code("argument", operands[at + 1] && textOf(operands[at + 1] ?? word));
    if (/^-[WXQ]$/.test(word.text)) at++;
  }
  return fromInput();

  function fromInput(): EmbeddedCode | undefined {
    return code("input", command.input ?? (command.pipedFrom && outputOf(command.pipedFrom, textOf)));
  }

  function code(from: EmbeddedCode["from"], text: MappedText | undefined): EmbeddedCode | undefined {
    return text && { language: "python", code: text, from, command };
  }
}
