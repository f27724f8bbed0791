import { expect, test } from "vitest";
import { pronounce } from "./pronounce.js";

test("each word has the phones that it has alone, whatever is asked beside it", () => {
  const words = ["mother", "nature", "the", "lattes"];
  const known = pronounce(words);
  expect(known.get("mother")).toEqual(["m", "aa", "dh", "er"]);
  for (const word of words) expect(pronounce([word]).get(word)).toEqual(known.get(word));
});

test("a word without phones has none, and those around it keep theirs", () => {
  const known = pronounce(["mother", "'", "nature", "mother"]);
  expect([...known.keys()].toSorted()).toEqual(["'", "mother", "nature"]);
  expect(known.get("'")).toEqual([]);
  expect(known.get("mother")).toEqual(["m", "aa", "dh", "er"]);
  expect(known.get("nature")).toEqual(pronounce(["nature"]).get("nature"));
});

test("more words than one run says", () => {
  const letters = "bcdfghjklm";
  const words = Array.from(letters, (a) => Array.from(letters, (b) => [`${a}a${b}`, `${a}o${b}`, `${a}i${b}`])).flat(2);
  const known = pronounce(words);
  expect(known.size).toBe(300);
  expect(words.filter((word) => (known.get(word) ?? []).length === 0)).toEqual([]);
});
