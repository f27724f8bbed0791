import { expect, test } from "vitest";
import { cardinalWords, decimalWords, digitWords, ordinalWords, pluralWords, yearWords } from "./number-words.js";

const said = (words: readonly string[]) => words.join(" ");

test.each([
  ["0", "zero"],
  ["7", "seven"],
  ["10", "ten"],
  ["21", "twenty one"],
  ["100", "one hundred"],
  ["119", "one hundred nineteen"],
  ["1000", "one thousand"],
  ["1000001", "one million one"],
  ["1234567", "one million two hundred thirty four thousand five hundred sixty seven"],
  ["999999999999999", expect.stringMatching(/^nine hundred ninety nine trillion .* ninety nine$/)],
  ["007", "zero zero seven"],
  ["1234567890123456", "one two three four five six seven eight nine zero one two three four five six"],
])("%s is said %s", (digits, words) => {
  expect(said(cardinalWords(digits))).toEqual(words);
});

test.each([
  ["1", "first"],
  ["2", "second"],
  ["12", "twelfth"],
  ["20", "twentieth"],
  ["33", "thirty third"],
  ["100", "one hundredth"],
])("the ordinal of %s is %s", (digits, words) => {
  expect(said(ordinalWords(digits))).toBe(words);
});

test.each([
  ["1984", "nineteen eighty four"],
  ["1900", "nineteen hundred"],
  ["1905", "nineteen oh five"],
  ["2000", "two thousand"],
  ["2005", "two thousand five"],
  ["2026", "twenty twenty six"],
])("the year %s is said %s", (digits, words) => {
  expect(said(yearWords(digits))).toBe(words);
});

test("fractions and single digits are said digit by digit, decades in the plural", () => {
  expect(said(decimalWords("3", "05"))).toBe("three point zero five");
  expect(said(digitWords("305"))).toBe("three zero five");
  expect(said(pluralWords(yearWords("1990")))).toBe("nineteen nineties");
  expect(said(pluralWords(["tenth"]))).toBe("tenths");
});
