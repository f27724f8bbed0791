import { expect, test } from "vitest";
import { repairWords } from "./timed-word.js";

const timesOf = (words: ReturnType<typeof repairWords>) =>
  words.map(({ text, startSeconds, endSeconds }) => [
    text,
    Number(startSeconds.toFixed(3)),
    Number(endSeconds.toFixed(3)),
  ]);

test("good words stay as they are", () => {
  const words = [
    { text: "Good", startSeconds: 0.1, endSeconds: 0.4, confidence: 0.9 },
    { text: "words.", startSeconds: 0.4, endSeconds: 0.9 },
  ];
  expect(repairWords(words)).toEqual(words);
});

test("words come by their start; one without a start stays behind the word it followed", () => {
  const words = [
    { text: "b", startSeconds: 2, endSeconds: 2.2 },
    { text: "b2" },
    { text: "a", startSeconds: 1, endSeconds: 1.2 },
  ];
  expect(repairWords(words).map(({ text }) => text)).toEqual(["a", "b", "b2"]);
});

test("words without times share the room between their neighbours by their letters", () => {
  const words = [
    { text: "one", startSeconds: 0, endSeconds: 1 },
    { text: "a", startSeconds: null },
    { text: "two", startSeconds: null },
    { text: "end", startSeconds: 2, endSeconds: 2.5 },
  ];
  expect(timesOf(repairWords(words))).toEqual([
    ["one", 0, 1],
    ["a", 1, 1.25],
    ["two", 1.25, 2],
    ["end", 2, 2.5],
  ]);
});

test("where nothing is timed, words follow each other at 0.3 s on the average", () => {
  expect(timesOf(repairWords([{ text: "ab" }, { text: "cd" }]))).toEqual([
    ["ab", 0, 0.3],
    ["cd", 0.3, 0.6],
  ]);
});

test("words that overlap or take no time are parted, each at least 40 ms long", () => {
  const words = [
    { text: "a", startSeconds: 1, endSeconds: 3 },
    { text: "b", startSeconds: 1, endSeconds: 1 },
    { text: "c", startSeconds: 1.01, endSeconds: 0.5 },
  ];
  expect(timesOf(repairWords(words))).toEqual([
    ["a", 1, 1.04],
    ["b", 1.04, 1.08],
    ["c", 1.08, 1.12],
  ]);
});

test("line ends, control characters and marks of writing direction are no text; a word of nothing else is gone", () => {
  const texts = ["two\r\nlines", "\u0000\u001b[1m", "\u202eabc\u2066", " \n "];
  const words = texts.map((text, at) => ({ text, startSeconds: at, endSeconds: at + 0.5 }));
  expect(repairWords(words).map(({ text }) => text)).toEqual(["two lines", "[1m", "abc"]);
});
