import type { CheckedParts, Complaint } from "./check-instruction.js";
import { checkInstruction, checkTrigger, quoted } from "./check-instruction.js";
import type { Keyword } from "./dockerfile.js";
import type { ReadHeredocs } from "./heredocs.js";
import { readHeredocs } from "./heredocs.js";
import type { JsonForm } from "./json-form.js";
import { readJsonForm } from "./json-form.js";
import type { LogicalLine } from "./logical-line.js";
import type { Statement } from "./settle-problems.js";
import { splitCommand } from "./split-command.js";
import { blankWords } from "./words.js";

const keywords: ReadonlySet<string> = new Set<Keyword>([
  "ADD",
  "ARG",
  "CMD",
  "COPY",
  "ENTRYPOINT",
  "ENV",
  "EXPOSE",
  "FROM",
  "HEALTHCHECK",
  "LABEL",
  "MAINTAINER",
  "ONBUILD",
  "RUN",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
]);
const jsonKeywords: ReadonlySet<Keyword> = new Set<Keyword>([
  "ADD",
  "CMD",
  "COPY",
  "ENTRYPOINT",
  "HEALTHCHECK",
  "RUN",
  "SHELL",
  "VOLUME",
]);
const heredocKeywords: ReadonlySet<Keyword> = new Set<Keyword>(["ADD", "COPY", "RUN"]);

/**
 * Reads what one logical line says, and the here-documents behind it.
 * @param lines all lines, with their `\r`.
 */
export function readStatement(logical: LogicalLine, lines: readonly string[], escape: string): Statement {
  const outer = splitCommand(logical.text, escape);
  const place = { word: outer.word, text: logical.text.text, line: logical.line, endLine: logical.endLine };
  const outerKeyword = keywordOf(outer.word);
  if (outerKeyword === undefined) return { ...place, instruction: undefined, complaint: unknown(outer.word) };

  const isOnbuild = outerKeyword === "ONBUILD";
  const trigger = isOnbuild ? splitCommand(outer.arguments, escape) : undefined;
  const triggerKeyword = trigger === undefined ? undefined : keywordOf(trigger.word);
  // A trigger of an unknown name stays as ONBUILD's own arguments: BuildKit refuses it only when it fires.
  const keyword = triggerKeyword ?? outerKeyword;
  const split = trigger === undefined || triggerKeyword === undefined ? outer : trigger;

  const json = jsonOf(keyword, split.arguments.text);
  const read = heredocsOf(keyword, json, logical, lines);
  const parts: CheckedParts = { keyword, flags: split.flags, text: split.arguments.text, json, escape };
  return {
    ...place,
    endLine: read.endLine,
    instruction: {
      keyword,
      flags: split.flags,
      arguments: split.arguments,
      exec: json.kind === "words" ? json.words : undefined,
      heredocs: read.heredocs,
      isOnbuild,
      line: logical.line,
      endLine: read.endLine,
    },
    complaint: unterminated(read) ?? (isOnbuild ? checkTrigger(triggerKeyword, parts) : checkInstruction(parts)),
  };
}

function keywordOf(word: string): Keyword | undefined {
  const upper = word.toUpperCase();
  return isKeyword(upper) ? upper : undefined;
}

function isKeyword(word: string): word is Keyword {
  return keywords.has(word);
}

function jsonOf(keyword: Keyword, text: string): JsonForm {
  if (!jsonKeywords.has(keyword)) return { kind: "shell" };
  // HEALTHCHECK has CMD in front of the array.
  return readJsonForm(keyword === "HEALTHCHECK" ? text.slice(blankWords(text)[1]?.start ?? text.length) : text);
}

function heredocsOf(keyword: Keyword, json: JsonForm, logical: LogicalLine, lines: readonly string[]): ReadHeredocs {
  return heredocKeywords.has(keyword) && json.kind !== "words"
    ? readHeredocs(logical.text, lines, logical.endLine)
    : { heredocs: [], endLine: logical.endLine, unterminated: undefined };
}

function unknown(word: string): Complaint {
  return { kind: "unknown-instruction", message: `There is no instruction ${quoted(word)}.` };
}

function unterminated({ unterminated: name }: ReadHeredocs): Complaint | undefined {
  if (name === undefined) return undefined;
  return { kind: "unterminated-heredoc", message: `No line that is just ${quoted(name)} ends the here-document.` };
}
