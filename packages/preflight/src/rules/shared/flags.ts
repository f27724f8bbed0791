import type { KnownFlag, KnownScript } from "#knowledge/index.js";

/** One word of a command line. */
export interface FlagWord {
  /** Unknown parts stand in braces. */
  readonly text: string;
  readonly isKnown: boolean;
}

/** A command line, flag by flag, as argparse would take it. */
export interface FlagReading<Word extends FlagWord> {
  /** `name` is the flag as written, without its value; `known` is undefined when the script does not have it. */
  readonly given: readonly { readonly name: string; readonly word: Word; readonly known: KnownFlag | undefined }[];
  readonly wrong: readonly { readonly flag: KnownFlag; readonly word: Word; readonly problem: string }[];
  readonly missing: readonly KnownFlag[];
}

/**
 * Reads the words after a script's name against its flags.
 * @param isOpen more words may follow: what is missing is then not told.
 */
export function readFlags<Word extends FlagWord>(
  words: readonly Word[],
  script: KnownScript,
  isOpen: boolean,
): FlagReading<Word> {
  const given: { name: string; word: Word; known: KnownFlag | undefined }[] = [];
  const wrong: { flag: KnownFlag; word: Word; problem: string }[] = [];
  for (const [at, word] of words.entries()) {
    if (!isFlag(word)) continue;
    const [name = "", ...rest] = word.text.split("=");
    const known = flagNamed(name, script);
    given.push({ name, word, known });
    const inline = rest.length > 0 ? rest.join("=") : undefined;
    const next = words[at + 1];
    if (known === undefined || (isOpen && next === undefined)) continue;
    const problem = problemOf(known, inline, next);
    if (problem !== undefined) wrong.push({ flag: known, word: inline === undefined ? (next ?? word) : word, problem });
  }
  const names = new Set(given.map(({ known }) => known?.name));
  const missing = script.flags.filter((flag) => flag.isRequired === true && !names.has(flag.name));
  return { given, wrong, missing: isOpen ? [] : missing };
}

/** The script's flag that begins most like a misspelt one: three letters at least; undefined: none does. */
export function nearestFlag(name: string, { flags }: KnownScript): string | undefined {
  const sharedLength = (other: string) => [...`${name}\n`].findIndex((letter, at) => letter !== other[at]);
  const lengths = flags.map((flag) => ({ flag, length: sharedLength(flag.name) }));
  const [best] = lengths.toSorted((a, b) => b.length - a.length);
  return best !== undefined && best.length >= "--abc".length ? best.flag.name : undefined;
}

function isFlag({ text }: FlagWord): boolean {
  return /^--[A-Za-z][\w-]*(?:=|$)/.test(text);
}

/** argparse takes a beginning that only one flag has. */
function flagNamed(name: string, { flags }: KnownScript): KnownFlag | undefined {
  const exact = flags.find((flag) => flag.name === name);
  if (exact !== undefined) return exact;
  const longer = flags.filter((flag) => flag.name.startsWith(name));
  return longer.length === 1 ? longer[0] : undefined;
}

function problemOf(flag: KnownFlag, inline: string | undefined, next: FlagWord | undefined): string | undefined {
  if (!flag.takesValue) {
    if (inline !== undefined) return `takes no value for ${flag.name}`;
    return next !== undefined && /^(?:true|false)$/i.test(next.text) ? `takes no value for ${flag.name}` : undefined;
  }
  const value = inline === undefined ? next : { text: inline, isKnown: !inline.includes("{") };
  if (value === undefined || (inline === undefined && isFlag(value))) return `needs a value for ${flag.name}`;
  const isChoice = flag.choices === undefined || flag.choices.includes(value.text);
  return value.isKnown && !isChoice ? `does not take ${flag.name} ${value.text}` : undefined;
}
