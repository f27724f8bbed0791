import { UnderstudyError } from "#model/errors.js";
import { spokenWords } from "./spoken-words.js";
import { abbreviations } from "./word-tables.js";
import type { Pause, SpokenToken, UnspokenReason } from "./spoken-token.js";

/** Of a script that is spoken here; five minutes. */
export const maxScriptCharacters = 5000;

/** Letters spoken of one word: flite takes seconds over thousands, and nobody understands forty. */
const maxWordLetters = 40;
/** Letters spoken of one token; a long sum of money takes 80. */
const maxTokenLetters = 120;

/**
 * Cuts a text into tokens at white space, and decides what is said for each. The text itself is never changed: the displays of the
 * tokens, with spaces between, are the text.
 * @param maxCharacters longest text; default `maxScriptCharacters`.
 * @throws UnderstudyError `bad-script` when it is empty, too long, or has nothing that can be spoken.
 */
export function readScript(text: string, maxCharacters: number = maxScriptCharacters): SpokenToken[] {
  if (text.length > maxCharacters) {
    const message = `The text has ${text.length} characters, the limit is ${maxCharacters}.`;
    throw new UnderstudyError("bad-script", message, { hint: "Shorten it, or cut it into several." });
  }
  // Lone halves of surrogate pairs and control characters have no place in captions.
  const displays = text
    .replaceAll(/[\p{Cs}\p{Cc}\p{Zl}\p{Zp}\uFEFF]/gu, " ")
    .split(/\s+/u)
    .filter((display) => display !== "");
  if (displays.length === 0) throw new UnderstudyError("bad-script", "The text is empty.");
  const tokens = toTokens(displays);
  if (tokens.every(({ spoken }) => spoken.length === 0)) {
    throw new UnderstudyError("bad-script", "The text has no word that can be spoken.");
  }
  return tokens;
}

/** Characters of a token that are looked at; nothing behind them is spoken. */
const maxReadCharacters = 300;

function toTokens(displays: readonly string[]): SpokenToken[] {
  const cores = displays.map((display) => coreOf(display.slice(0, maxReadCharacters)));
  const isShouting = hasMostlyCapitals(displays);
  return displays.map((display, i) => {
    const core = cores[i]!;
    const withStop = display.slice(display.indexOf(core)).startsWith(`${core}.`) ? `${core}.` : core;
    const words = spokenWords({
      core,
      withStop,
      before: (cores[i - 1] ?? "").toLowerCase(),
      after: (cores[i + 1] ?? "").toLowerCase(),
      written: cores[i - 1] ?? "",
      isShouting,
    });
    const spoken = cutToLength(words);
    const reason = unspokenReason(display, words, spoken);
    return {
      display,
      spoken,
      pause: isAbbreviation(withStop) ? "none" : pauseAfter(display.slice(-20)),
      ...(reason !== undefined && { unspoken: reason }),
    };
  });
}

/** Without quotes, brackets and sentence marks around it; a sign of money, number or address in front stays. */
function coreOf(display: string): string {
  return display.replace(/^[^\p{L}\p{N}@#$€£¥&+=%×÷°→−-]+/u, "").replace(/[^\p{L}\p{M}\p{N}&+=%@×÷°→/]+$/u, "");
}

/** A full stop that does not end a sentence. */
function isAbbreviation(withStop: string): boolean {
  return abbreviations.has(withStop.toLowerCase()) || /^(?:\p{L}\.)+$/u.test(withStop);
}

function hasMostlyCapitals(displays: readonly string[]): boolean {
  const words = displays.filter((display) => /\p{L}{2}/u.test(display));
  return words.filter((word) => word === word.toUpperCase()).length * 2 > words.length;
}

function cutToLength(words: readonly string[]): string[] {
  let left = maxTokenLetters;
  return words.flatMap((word) => {
    const kept = word.slice(0, Math.min(left, maxWordLetters));
    left -= kept.length;
    return kept === "" ? [] : [kept];
  });
}

function unspokenReason(
  display: string,
  words: readonly string[],
  spoken: readonly string[],
): UnspokenReason | undefined {
  if (spoken.join("").length < words.join("").length) return "cut";
  if (/(?!\p{Script=Latin})\p{L}/u.test(display)) return "other-script";
  return spoken.length === 0 ? "nothing-to-say" : undefined;
}

function pauseAfter(display: string): Pause {
  const end = /[^\p{L}\p{N}]*$/u.exec(display)?.[0] ?? "";
  if (/[.!?…:]/u.test(end)) return "long";
  return /[,;—–)]/u.test(end) || /^[—–-]+$/u.test(display) ? "short" : "none";
}
