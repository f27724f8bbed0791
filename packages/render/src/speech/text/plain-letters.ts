const replaced: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "th",
  þ: "th",
};

/** Latin letters without their marks, lower case; what else there is stays. `Éclair’s` becomes `eclair's`. */
export function toPlainLetters(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[\u2018\u2019\u02BC\uFF07]/g, "'")
    .replaceAll(/[ßæœøłđðþ]/g, (letter) => replaced[letter]!);
}
