import { leadingSpaces } from "./blanks.js";
import type { Instruction } from "./dockerfile.js";
import { quotedWords } from "./words.js";

/** One name and value of ENV, ARG or LABEL, before expansion. */
export interface WrittenVariable {
  readonly name: string;
  /** Undefined: ARG without default. */
  readonly written: string | undefined;
  readonly line: number;
}

/** Cuts the arguments of ENV, ARG or LABEL into names and values. */
export function writtenVariables(instruction: Instruction, escape: string): readonly WrittenVariable[] {
  const { text } = instruction.arguments;
  const words = quotedWords(text, escape);
  // The old form, `ENV name all the rest`.
  if (instruction.keyword !== "ARG" && words[0]?.text.includes("=") === false) {
    const name = /^[^\t\v\f\r ]*/u.exec(text)?.[0] ?? "";
    const rest = text.slice(name.length);
    return [{ name, written: rest.slice(leadingSpaces(rest)), line: instruction.arguments.lineAt(0) }];
  }
  return words.map((word) => {
    const equals = word.text.indexOf("=");
    return {
      name: equals === -1 ? word.text : word.text.slice(0, equals),
      written: equals === -1 ? undefined : word.text.slice(equals + 1),
      line: instruction.arguments.lineAt(word.start),
    };
  });
}
