import type { DockerfileProblem, Flag, Keyword } from "./dockerfile.js";
import { readHeredocWord } from "./heredocs.js";
import type { JsonForm } from "./json-form.js";
import { lex, LexError, OpenQuoteError } from "./shell-lexer.js";
import { blankWords, quotedWords } from "./words.js";

/** An instruction as far as its checks need it. */
export interface CheckedParts {
  readonly keyword: Keyword;
  readonly flags: readonly Flag[];
  readonly text: string;
  readonly json: JsonForm;
  readonly escape: string;
}

/** Kind and message of a problem, without its place. */
export type Complaint = Pick<DockerfileProblem, "kind" | "message">;

/** Flags of BuildKit's instructions/parse.go; keywords that are not here have none. */
const knownFlags: Readonly<Partial<Record<Keyword, readonly string[]>>> = {
  ADD: ["chown", "chmod", "link", "keep-git-dir", "checksum", "unpack", "exclude"],
  COPY: ["chown", "from", "chmod", "link", "exclude", "parents"],
  FROM: ["platform"],
  HEALTHCHECK: ["interval", "timeout", "start-period", "start-interval", "retries"],
  RUN: ["mount", "network", "security", "device"],
};

/** Flags that may stand without a value. */
const switches: ReadonlySet<string> = new Set(["link", "keep-git-dir", "unpack", "parents"]);

/** BuildKit never looks at the flags of these. */
const flagsIgnored: ReadonlySet<Keyword> = new Set<Keyword>(["ARG", "STOPSIGNAL"]);

/** RUN, CMD and ENTRYPOINT may be empty. */
const argumentsOptional: ReadonlySet<Keyword> = new Set<Keyword>(["RUN", "CMD", "ENTRYPOINT"]);

/** Says why BuildKit would refuse an instruction by itself; undefined: it would not. */
export function checkInstruction(parts: CheckedParts): Complaint | undefined {
  const { keyword, flags, text, json } = parts;
  if (json.kind === "refused") return bad(`${keyword} in JSON form takes strings only.`);
  if (text === "" && !argumentsOptional.has(keyword)) return missing(`${keyword} needs an argument.`);
  return checkFlags(keyword, flags) ?? checkArguments(parts) ?? checkWords(parts);
}

/**
 * BuildKit looks at a trigger when it fires, in the build of another image; before, only at its name and its JSON.
 * @param trigger undefined when ONBUILD has no known instruction behind it.
 */
export function checkTrigger(trigger: Keyword | undefined, { text, json }: CheckedParts): Complaint | undefined {
  if (trigger === undefined) return text === "" ? missing("ONBUILD needs an instruction.") : undefined;
  if (json.kind === "refused") return bad(`${trigger} in JSON form takes strings only.`);
  return ["FROM", "MAINTAINER", "ONBUILD"].includes(trigger) ? bad(`ONBUILD cannot trigger ${trigger}.`) : undefined;
}

/** A word of the file in quotes, cut to 60 characters. */
export function quoted(word: string): string {
  return JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}…` : word);
}

function checkFlags(keyword: Keyword, flags: readonly Flag[]): Complaint | undefined {
  if (flagsIgnored.has(keyword)) return undefined;
  const known = knownFlags[keyword] ?? [];
  const flag = flags.find(({ name, value }) => !known.includes(name) || (value === undefined && !switches.has(name)));
  if (flag === undefined) return undefined;
  const written = quoted(`--${flag.name}`);
  return bad(known.includes(flag.name) ? `The flag ${written} needs a value.` : `${keyword} has no flag ${written}.`);
}

function checkArguments({ keyword, text, json }: CheckedParts): Complaint | undefined {
  const words = json.kind === "words" ? json.words : blankWords(text).map((word) => word.text);
  switch (keyword) {
    case "FROM":
      return checkFrom(words);
    case "ADD":
    case "COPY":
      if (words.length < 2) return missing(`${keyword} needs a source and a destination.`);
      return json.kind === "shell" && readHeredocWord(words.at(-1) ?? "") !== undefined
        ? bad(`${keyword} cannot take a here-document as its destination.`)
        : undefined;
    case "SHELL":
      if (json.kind === "shell") return bad('SHELL takes the JSON form, ["/bin/bash", "-c"].');
      return words.length === 0 ? missing("SHELL needs an argument.") : undefined;
    case "VOLUME":
      return words.some((word) => word.trim() === "") ? bad("VOLUME needs a folder, not an empty word.") : undefined;
    case "HEALTHCHECK":
      return checkHealthcheck(text);
    default:
      return undefined;
  }
}

function checkFrom(words: readonly string[]): Complaint | undefined {
  const [, as, name] = words;
  if (words.length === 1) return undefined;
  if (words.length !== 3 || as?.toLowerCase() !== "as") return bad("FROM takes an image, or an image AS a name.");
  return /^[a-z][a-z0-9-_.]*$/iu.test(name ?? "") ? undefined : bad(`${quoted(name ?? "")} cannot name a stage.`);
}

function checkHealthcheck(text: string): Complaint | undefined {
  const [type, command] = blankWords(text);
  switch (type?.text.toUpperCase()) {
    case "CMD":
      return command === undefined ? missing("HEALTHCHECK CMD needs a command.") : undefined;
    case "NONE":
      return command === undefined ? undefined : bad("HEALTHCHECK NONE takes no arguments.");
    default:
      return bad("HEALTHCHECK takes CMD or NONE.");
  }
}

/** What BuildKit says when it splits and expands the words. The shell's text is none of its business. */
function checkWords({ keyword, text, json, escape }: CheckedParts): Complaint | undefined {
  switch (keyword) {
    case "ENV":
    case "LABEL":
      return checkPairs(keyword, text, escape);
    case "ARG":
      return quotedWords(text, escape).some((word) => word.text.startsWith("="))
        ? bad("ARG names cannot be blank.")
        : undefined;
    case "ADD":
    case "COPY":
    case "VOLUME":
      return json.kind === "words"
        ? undefined
        : checkLexing(
            keyword,
            blankWords(text).map((word) => word.text),
            escape,
          );
    case "USER":
    case "WORKDIR":
    case "STOPSIGNAL":
      return checkLexing(keyword, [text], escape);
    default:
      return undefined;
  }
}

function checkPairs(keyword: Keyword, text: string, escape: string): Complaint | undefined {
  const words = quotedWords(text, escape).map((word) => word.text);
  if (words[0]?.includes("=") !== true) {
    if (blankWords(text).length < 2) return missing(`${keyword} needs a name and a value.`);
    return checkLexing(keyword, [text], escape);
  }
  const odd = words.find((word) => !word.includes("="));
  if (odd !== undefined) return bad(`${keyword} takes name=value, and ${quoted(odd)} has no "=".`);
  if (words.some((word) => word.startsWith("="))) return bad(`${keyword} names cannot be blank.`);
  return checkLexing(keyword, words, escape);
}

function checkLexing(keyword: Keyword, words: readonly string[], escape: string): Complaint | undefined {
  try {
    for (const word of words) lex(word, { variables: new Map(), escape });
    return undefined;
  } catch (error) {
    if (error instanceof OpenQuoteError) {
      return { kind: "unterminated-quote", message: `BuildKit cannot read ${keyword}: ${error.message}.` };
    }
    if (error instanceof LexError) return bad(`BuildKit cannot read ${keyword}: ${error.message}.`);
    throw error;
  }
}

function bad(message: string): Complaint {
  return { kind: "bad-arguments", message };
}

function missing(message: string): Complaint {
  return { kind: "missing-arguments", message };
}
