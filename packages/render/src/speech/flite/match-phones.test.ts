import { expect, test } from "vitest";
import { matchPhones } from "./match-phones.js";

const match = (words: string[], phones: string) => [
  ...matchPhones(
    words.map((word) => word.split(" ").filter((phone) => phone !== "")),
    phones.split(" "),
  ),
];

test("phones that sound as alone go to their words", () => {
  expect(match(["dh ax", "k ae t"], "dh ax k ae t")).toEqual([0, 0, 1, 1, 1]);
});

test("a vowel that sounds otherwise in a sentence stays in its word", () => {
  expect(match(["dh iy", "ae p ax l"], "dh ax ae p ax l")).toEqual([0, 0, 1, 1, 1, 1]);
});

test("a phone between words that neither has goes with the one before", () => {
  expect(match(["s iy", "ay"], "s iy y ay")).toEqual([0, 0, 0, 1]);
});

test("a word without phones gets none, and phones before all words go to the first", () => {
  expect(match(["", "n ow"], "hh n ow")).toEqual([1, 1, 1]);
});
