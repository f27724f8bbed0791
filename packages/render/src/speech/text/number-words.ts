const small = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen " +
  "nineteen"
).split(" ");
const tens = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const scales = ["", "thousand", "million", "billion", "trillion"];

/** Longer numbers, such as those of cards, are said digit by digit. */
const longestDigits = 3 * scales.length;

/** `1234` as `one thousand two hundred thirty four`; one that begins with 0, or has over 15 digits, digit by digit. */
export function cardinalWords(digits: string): string[] {
  if (digits.length > longestDigits || (digits.length > 1 && digits.startsWith("0"))) return digitWords(digits);
  const words: string[] = [];
  for (let end = digits.length, scale = 0; end > 0; end -= 3, scale++) {
    const group = Number(digits.slice(Math.max(0, end - 3), end));
    if (group > 0) words.unshift(...groupWords(group), ...(scale === 0 ? [] : [scales[scale]!]));
  }
  return words.length === 0 ? ["zero"] : words;
}

/** `305` as `three zero five`. */
export function digitWords(digits: string): string[] {
  return Array.from(digits, (digit) => small[Number(digit)]!);
}

/** `12.50` as `twelve point five zero`. */
export function decimalWords(whole: string, fraction: string | undefined): string[] {
  return [...cardinalWords(whole), ...(fraction === undefined ? [] : ["point", ...digitWords(fraction)])];
}

const irregularOrdinals: Readonly<Record<string, string>> = {
  one: "first",
  two: "second",
  three: "third",
  five: "fifth",
  eight: "eighth",
  nine: "ninth",
  twelve: "twelfth",
};

/** `21` as `twenty first`. */
export function ordinalWords(digits: string): string[] {
  const words = cardinalWords(digits);
  const last = words.at(-1)!;
  const ordinal = irregularOrdinals[last] ?? (last.endsWith("y") ? `${last.slice(0, -1)}ieth` : `${last}th`);
  return [...words.slice(0, -1), ordinal];
}

/** A year of four digits: `1984` as `nineteen eighty four`, `2005` as `two thousand five`, `1900` as `nineteen hundred`. */
export function yearWords(digits: string): string[] {
  const [century, rest] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  if (century % 10 === 0 && rest < 10) return cardinalWords(digits);
  if (rest === 0) return [...groupWords(century), "hundred"];
  return [...groupWords(century), ...(rest < 10 ? ["oh"] : []), ...groupWords(rest)];
}

/** `ninety` as `nineties`. */
export function pluralWords(words: readonly string[]): string[] {
  const last = words.at(-1) ?? "";
  return [...words.slice(0, -1), last.endsWith("y") ? `${last.slice(0, -1)}ies` : `${last}s`];
}

/** 1 to 999. */
function groupWords(value: number): string[] {
  const [hundreds, rest] = [Math.floor(value / 100), value % 100];
  return [
    ...(hundreds === 0 ? [] : [small[hundreds]!, "hundred"]),
    ...(rest === 0
      ? []
      : rest < 20
        ? [small[rest]!]
        : [tens[Math.floor(rest / 10)]!, ...(rest % 10 ? [small[rest % 10]!] : [])]),
  ];
}
