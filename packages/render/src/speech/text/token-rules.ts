import { spellOut } from "./letter-names.js";
import { cardinalWords, decimalWords, digitWords, ordinalWords, pluralWords, yearWords } from "./number-words.js";
import { toPlainLetters } from "./plain-letters.js";
import { currencies, magnitudes, months, shortMagnitudes, units } from "./word-tables.js";

/** What stands around a token. */
export interface TokenSurroundings {
  /** The tokens before and after, in lower case and without punctuation. */
  readonly before: string;
  readonly after: string;
}

/** A way of writing that is not said letter by letter. */
export interface TokenRule {
  readonly pattern: RegExp;
  /** Words; several may stand in one string. `undefined` when it is nothing of the kind after all. */
  readonly say: (match: RegExpExecArray, surroundings: TokenSurroundings) => readonly string[] | undefined;
}

const number = String.raw`(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?`;

/** The first that fits speaks. English as spoken in America. */
export const tokenRules: readonly TokenRule[] = [
  {
    pattern: /^(?:https?:\/\/)?((?:[\w.-]+@)?(?:[\w-]+\.)+[a-z]{2,}(?:\/\S*)?)$/iu,
    say: ([, text]) => sayAddress(text!),
  },
  { pattern: /^#(\d+)$/u, say: ([, digits]) => ["number", ...cardinalWords(digits!)] },
  { pattern: new RegExp(`^([-−])?([$€£¥])${number}(k|m|bn?)?$`, "iu"), say: sayMoney },
  { pattern: new RegExp(`^([-−])?${number}%$`, "u"), say: (match) => [...sayNumber(match), "percent"] },
  {
    pattern: /^(\d{1,2}):(\d{2})(?:([ap])\.?m\.?)?$/iu,
    say: ([, hour, minute, half]) => sayTime(hour!, minute!, half),
  },
  {
    pattern: /^(\d{1,2})([ap])\.?m\.?$/iu,
    say: ([, hour, half]) => [...cardinalWords(hour!), ...spellOut(`${half}m`)],
  },
  { pattern: /^(\d{4})-(\d{2})-(\d{2})$/u, say: ([, year, month, day]) => sayDate(year!, month!, day!) },
  { pattern: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/u, say: ([, month, day, year]) => sayDate(year!, month!, day!) },
  { pattern: /^(\d+)(?:st|nd|rd|th)$/iu, say: ([, digits]) => ordinalWords(digits!) },
  { pattern: /^((?:1[1-9]|20)\d0)'?s$/u, say: ([, decade]) => pluralWords(yearWords(decade!)) },
  { pattern: /^24\/7$/u, say: () => ["twenty four seven"] },
  { pattern: /^(\d{1,2})\/(\d{1,2})$/u, say: ([, above, below]) => sayFraction(above!, below!) },
  { pattern: /^(\d{1,2})$/u, say: ([, day], { before }) => (months.includes(before) ? ordinalWords(day!) : undefined) },
  { pattern: /^((?:1[1-9]|20)\d\d)$/u, say: ([, year]) => yearWords(year!) },
  { pattern: new RegExp(`^([-−])?${number}$`, "u"), say: sayNumber },
  { pattern: new RegExp(`^([-−])?${number}-?([a-z/]+)$`, "iu"), say: sayQuantity },
  { pattern: /^(?:\p{L}\.)+\p{L}?$/u, say: ([letters]) => spellOut(toPlainLetters(letters)) },
];

function sayNumber([, minus, whole, fraction]: RegExpExecArray): string[] {
  return [...(minus === undefined ? [] : ["minus"]), ...decimalWords(whole!.replaceAll(",", ""), fraction)];
}

/** `$24.99` as `twenty four dollars and ninety nine cents`; of `$5 million` the word after it gets the dollars. */
function sayMoney(match: RegExpExecArray, { after }: TokenSurroundings): string[] {
  const [, minus, sign, whole, fraction, short] = match;
  const [one, many, cent, cents] = currencies[sign!]!;
  const digits = whole!.replaceAll(",", "");
  const start = minus === undefined ? [] : ["minus"];
  if (magnitudes.includes(after)) return [...start, ...decimalWords(digits, fraction)];
  if (short !== undefined)
    return [...start, ...decimalWords(digits, fraction), shortMagnitudes[short.toLowerCase()]!, many];
  if (fraction !== undefined && fraction.length !== 2) return [...start, ...decimalWords(digits, fraction), many];
  const parts = Number(fraction ?? 0);
  const wholes = [...cardinalWords(digits), digits === "1" ? one : many];
  if (parts === 0) return [...start, ...wholes];
  const rest = [...cardinalWords(String(parts)), parts === 1 ? cent : cents];
  return [...start, ...(Number(digits) === 0 ? rest : [...wholes, "and", ...rest])];
}

function sayTime(hour: string, minute: string, half: string | undefined): string[] | undefined {
  if (Number(hour) > 24 || Number(minute) > 59) return undefined;
  const end = half === undefined ? [] : spellOut(`${half}m`);
  const words = cardinalWords(String(Number(hour)));
  if (minute === "00") return [...words, ...(half === undefined ? ["o'clock"] : end)];
  return [...words, ...(minute.startsWith("0") ? ["oh"] : []), ...cardinalWords(String(Number(minute))), ...end];
}

function sayDate(year: string, month: string, day: string): string[] | undefined {
  const name = months[Number(month) - 1];
  if (name === undefined || Number(day) < 1 || Number(day) > 31) return undefined;
  return [name, ...ordinalWords(String(Number(day))), ...yearWords(year)];
}

/** `1/2` as `one half`, `2/3` as `two thirds`. */
function sayFraction(above: string, below: string): string[] {
  const count = Number(above);
  if (Number(below) === 2) return [...cardinalWords(above), count === 1 ? "half" : "halves"];
  if (Number(below) < 2) return [...cardinalWords(above), "over", ...cardinalWords(below)];
  const part = Number(below) === 4 ? ["quarter"] : ordinalWords(below);
  return [...cardinalWords(above), ...(count === 1 ? part : pluralWords(part))];
}

/** `5km` as `five kilometers`, `4K` as `four k`, `10-minute` as `ten minute`. */
function sayQuantity(match: RegExpExecArray): string[] {
  const [, , , , unit = ""] = match;
  const name =
    units.get(unit.toLowerCase()) ?? (unit.length > 3 ? toPlainLetters(unit).replaceAll("/", " ") : undefined);
  return [...sayNumber(match), ...(name === undefined ? spellOut(unit) : [name])];
}

const addressSigns: ReadonlyMap<string, string> = new Map([
  [".", "dot"],
  ["@", "at"],
  ["/", "slash"],
  ["-", "dash"],
  ["_", "underscore"],
]);

/** `jo@example.com/ad` as `jo at example dot com slash ad`. */
function sayAddress(text: string): string[] {
  return text.split(/(\d+|[^a-z\d])/iu).flatMap((part) => {
    if (/^\d+$/.test(part)) return digitWords(part);
    if (part.toLowerCase() === "www") return ["triple double you"];
    return [addressSigns.get(part) ?? toPlainLetters(part)];
  });
}
