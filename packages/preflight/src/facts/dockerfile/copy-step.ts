import { posix } from "node:path";
import type { Instruction } from "./dockerfile.js";
import type { Expander } from "./expander.js";
import { readHeredocWord } from "./heredocs.js";
import type { CopySource, CopyStep, Expanded, Stage, StepMoment } from "./stage.js";
import type { Word } from "./words.js";
import { blankWords } from "./words.js";

/**
 * Reads COPY or ADD.
 * @param stages those before this one.
 * @returns undefined without a source and a destination.
 */
export function readCopy(moment: StepMoment, expandWord: Expander, stages: readonly Stage[]): CopyStep | undefined {
  const { instruction } = moment;
  const words = wordsOf(instruction);
  const last = words.at(-1);
  if (last === undefined || words.length < 2) return undefined;
  const isAdd = instruction.keyword === "ADD";
  return {
    ...moment,
    kind: "copy",
    isAdd,
    sources: words.slice(0, -1).map((word) => readSource(word, instruction, expandWord)),
    destination: absolute(moment.workdir, expandWord(last.text, lineOf(instruction, last))),
    from: isAdd ? undefined : readFrom(instruction, stages),
    flags: instruction.flags,
  };
}

function readSource(word: Word, instruction: Instruction, expandWord: Expander): CopySource {
  const line = lineOf(instruction, word);
  const heredoc = instruction.exec === undefined ? readHeredocWord(word.text) : undefined;
  if (heredoc !== undefined) {
    const content = instruction.heredocs.find(({ name }) => name === heredoc.name)?.content;
    return { pattern: { text: heredoc.name, unresolved: [] }, line, kind: "heredoc", content };
  }
  const pattern = expandWord(word.text, line);
  const kind = instruction.keyword === "ADD" ? remoteKind(pattern.text) : "path";
  return { pattern, line, kind, content: undefined };
}

/** COPY knows no remote sources: a URL is a path there. */
function remoteKind(source: string): CopySource["kind"] {
  if (/^(?:git@|git:\/\/|ssh:\/\/)/u.test(source)) return "git";
  if (!/^https?:\/\//u.test(source)) return "path";
  return /^[^#?]*\.git(?:[#?]|$)/u.test(source) ? "git" : "url";
}

/** `--from`: an earlier stage by name or number, else an image. BuildKit expands no variables in it. */
function readFrom(instruction: Instruction, stages: readonly Stage[]): CopyStep["from"] {
  const reference = instruction.flags.find((flag) => flag.name === "from")?.value;
  if (reference === undefined || reference === "") return undefined;
  const stage = /^\d{1,6}$/u.test(reference)
    ? stages[Number(reference)]
    : stages.findLast(({ name }) => name === reference.toLowerCase());
  return stage === undefined ? { kind: "image", reference } : { kind: "stage", index: stage.index };
}

/** Words of either form; those of the JSON form are looked for in the text to know their lines. */
function wordsOf(instruction: Instruction): readonly Word[] {
  const { text } = instruction.arguments;
  if (instruction.exec === undefined) return blankWords(text);
  let from = 0;
  return instruction.exec.map((word) => {
    // An escaped word is not found as it stands: it and what follows count as the first line's.
    const start = from === -1 ? -1 : text.indexOf(JSON.stringify(word), from);
    from = start;
    return { text: word, start: Math.max(start, 0) };
  });
}

function lineOf(instruction: Instruction, word: Word): number {
  return instruction.arguments.lineAt(word.start);
}

/** A relative path starts at WORKDIR; a slash at the end stays, for it says that the path is a folder. */
function absolute(workdir: string, path: Expanded): Expanded {
  const isFolder = path.text === "" || /(?:^|\/)\.?$/u.test(path.text);
  const resolved = posix.resolve(workdir, path.text);
  return { ...path, text: isFolder && resolved !== "/" ? `${resolved}/` : resolved };
}
