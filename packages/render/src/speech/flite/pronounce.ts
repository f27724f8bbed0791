import { silence } from "./phones.js";
import { runFlite } from "./flite-program.js";

/** The program's memory grows with its input: 200 words take 20 MB. */
const wordsAtOnce = 200;

/** Says each word alone. @returns the phones by word; none for a word that flite cannot say. */
export function pronounce(words: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const wanted = [...new Set(words)];
  const known = new Map<string, readonly string[]>();
  for (let i = 0; i < wanted.length; i += wordsAtOnce) learn(wanted.slice(i, i + wordsAtOnce), known);
  return known;
}

/** Exclamation marks make flite pause after every word, so that one run does for all. */
function learn(words: readonly string[], known: Map<string, readonly string[]>): void {
  const { stdout } = runFlite(["-voice", "kal", "-ps", "-t", ` ${words.map((word) => `${word}!`).join(" ")} `, "none"]);
  const groups = stdout
    .split(silence)
    .map((group) => group.split(/\s+/).filter((phone) => phone !== ""))
    .filter((group) => group.length > 0);
  if (groups.length === words.length) words.forEach((word, i) => known.set(word, groups[i]!));
  else if (words.length === 1) known.set(words[0]!, groups.flat());
  else {
    // A word without phones, or with a pause inside, is found by halving.
    const half = words.length >> 1;
    learn(words.slice(0, half), known);
    learn(words.slice(half), known);
  }
}
