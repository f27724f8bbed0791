import { expect, test } from "vitest";
import { readScript } from "./read-script.js";

const said = (text: string) =>
  readScript(text)
    .map(({ spoken }) => spoken.join(" "))
    .join(" | ");

test.each([
  ["It costs $24.99.", "it | costs | twenty four dollars and ninety nine cents"],
  ["only $1, or $0.01", "only | one dollar | or | one cent"],
  ["-$1,000,000.00 gone", "minus one million dollars | gone"],
  ["about £2.5 million or €3k", "about | two point five | million pounds | or | three thousand euros"],
  ["12.5% of 3/4 and 1/2", "twelve point five percent | of | three quarters | and | one half"],
  ["at 7:30pm, 9:05 or 8:00", "at | seven thirty pee em | nine oh five | or | eight o'clock"],
  ["at 10 a.m. sharp", "at | ten | ay em | sharp"],
  ["a score of 25:61", "a | score | of | twenty five sixty one"],
  ["on November 23, 2026", "on | november | twenty third | twenty twenty six"],
  [
    "on 2026-11-23 and 7/4/1776",
    "on | november twenty third twenty twenty six | and | july fourth seventeen seventy six",
  ],
  ["not 2026-13-40", "not | two thousand twenty six thirteen forty"],
  ["the 1st, 22nd and 1990s", "the | first | twenty second | and | nineteen nineties"],
  ["the USA, the U.S.A. and NASA", "the | you ess ay | the | you ess ay | and | nasa"],
  ["BUY THIS ONE NOW", "buy | this | one | now"],
  ["Dr. Li vs. Mr. T, e.g. you & me", "doctor | li | versus | mister | t | for example | you | and | me"],
  ["go to www.example.com/ad", "go | to | triple double you dot example dot com slash ad"],
  ["mail jo@example.org", "mail | jo at example dot org"],
  ["ask @jo, #1 in #ads", "ask | at jo | number one | in | ads"],
  ["5km in 4K with H2O", "five kilometers | in | four kay | with | aitch two oh"],
  ["a well-known “naïve” Éclair’s", "a | well known | naive | eclair's"],
  ["a constructor of example.com/constructor", "a | constructor | of | example dot com slash constructor"],
  ["{50% off} \\o/", "fifty percent | off | o"],
])("%s", (text, words) => {
  expect(said(text)).toBe(words);
});

test("what is shown is the text, word for word", () => {
  const text = "“Only $24.99!” — {wow} 🎉 naïve שלום";
  expect(
    readScript(text)
      .map(({ display }) => display)
      .join(" "),
  ).toBe(text);
});

test("emoji, signs and other scripts are kept, not spoken, and told", () => {
  const tokens = readScript("Hello 🎉 — привет 你好 there");
  expect(tokens.map(({ spoken, unspoken }) => unspoken ?? spoken.join(" "))).toEqual([
    "hello",
    "nothing-to-say",
    "nothing-to-say",
    "other-script",
    "other-script",
    "there",
  ]);
});

test("a word of 3,000 letters is spoken as 40 and shown whole", () => {
  const [token] = readScript("a".repeat(3000));
  expect(token).toMatchObject({ display: "a".repeat(3000), spoken: ["a".repeat(40)], unspoken: "cut" });
});

test("a voice pauses at commas and sentence ends, and not after an abbreviation", () => {
  const pauses = readScript('Well, "yes!" said Dr. No — twice (or so) then: bye').map(({ pause }) => pause);
  expect(pauses.join(" ")).toBe("short long none none none short none none short long none");
});

test.each([
  ["nothing", ""],
  ["white space", " \n\u2028\t "],
  ["no Latin word", "🎉 — 你好"],
  ["5,001 characters", "a ".repeat(2501)],
])("%s is refused", (_what, text) => {
  expect(() => readScript(text)).toThrow(expect.objectContaining({ code: "bad-script" }));
});

test("control characters and halves of characters do not reach captions", () => {
  expect(readScript("a\u0000b \uD83C c\u0007").map(({ display }) => display)).toEqual(["a", "b", "c"]);
});
