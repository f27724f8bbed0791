import { spellOut } from "./letter-names.js";
import { cardinalWords } from "./number-words.js";
import { toPlainLetters } from "./plain-letters.js";
import { tokenRules, type TokenSurroundings } from "./token-rules.js";
import { abbreviations, currencies, magnitudes, signs } from "./word-tables.js";

/** A token to be spoken. */
export interface WrittenToken extends TokenSurroundings {
  /** Without punctuation around it. */
  readonly core: string;
  /** The same with a full stop that may belong to it. */
  readonly withStop: string;
  /** The script is written in capitals, so that they do not mean initials. */
  readonly isShouting: boolean;
  /** As `before`, with its signs. */
  readonly written: string;
}

/** What is said for a token: words of `a` to `z` and apostrophes. Letters of other scripts and emoji give none. */
export function spokenWords(token: WrittenToken): string[] {
  return sayToken(token)
    .flatMap((part) => part.split(" "))
    .map((word) => word.replaceAll(/[^a-z']|^'+|'+$/g, ""))
    .filter((word) => word !== "");
}

function sayToken(token: WrittenToken): readonly string[] {
  const { core, withStop, before, written } = token;
  const known = abbreviations.get(withStop.toLowerCase()) ?? abbreviations.get(core.toLowerCase());
  if (known !== undefined) return [known];
  for (const { pattern, say } of tokenRules) {
    const match = pattern.exec(core.endsWith(".") ? core : withStop) ?? pattern.exec(core);
    const words = match === null ? undefined : say(match, token);
    if (words !== undefined) return words;
  }
  const currency = currencies[written.charAt(0)];
  if (currency !== undefined && /\d/.test(before) && magnitudes.includes(core.toLowerCase()))
    return [core.toLowerCase(), currency[1]];
  const hasDigits = /\d/.test(core);
  return core
    .split(/(\d+|[^\p{L}\p{M}\d'\u2019]+)/u)
    .flatMap((part) => (hasDigits && /^[a-z]{1,3}$/iu.test(part) ? spellOut(part) : sayPart(part, token.isShouting)));
}

/** A run of letters, of digits, or of signs. */
function sayPart(part: string, isShouting: boolean): string[] {
  if (/^\d+$/.test(part)) return cardinalWords(part);
  if (/^\p{L}/u.test(part))
    return !isShouting && isInitials(part) ? spellOut(toPlainLetters(part)) : [toPlainLetters(part)];
  return Array.from(part, (sign) => signs[sign] ?? "");
}

/** Capitals that are said as a word. */
const saidAsWords = new Set(
  "NASA NATO COVID LASER RADAR OPEC FIFA UEFA NEW FREE SALE NOW NOT ALL AND THE BUY GET YOU OUR NO SO".split(" "),
);

/** Two to five capitals, such as `USA`; `I` and `A` are words. */
function isInitials(letters: string): boolean {
  return /^\p{Lu}{2,5}$/u.test(letters) && !saidAsWords.has(letters);
}
