import { expect, test } from "vitest";
import { readWords } from "./read-words.js";

const words = [{ text: "Hello,", startSeconds: 0.1, endSeconds: 0.4, confidence: 0.8 }];

test("reads an object with words, whatever else it has, and what a command with --json printed", () => {
  expect(readWords(JSON.stringify({ words, cost: 0.7 }))).toEqual(words);
  expect(readWords(`{"stage":"read"}\n${JSON.stringify({ words })}\n`)).toEqual(words);
});

test("words come back repaired", () => {
  const text = '{"words":[{"text":"b","startSeconds":1},{"text":" "},{"text":"a","startSeconds":0,"endSeconds":null}]}';
  expect(readWords(text).map(({ text }) => text)).toEqual(["a", "b"]);
});

test.each([
  ["nothing", "", "not JSON"],
  ["no JSON", "Hello there", "not JSON"],
  ["another object", '{"text":"secret"}', "not in the form"],
  ["a time that is none", '{"words":[{"text":"secret","startSeconds":-1}]}', "words.0.startSeconds"],
  ["no word at all", '{"words":[]}', "no words"],
  ["blank words", '{"words":[{"text":"\\u0000 "}]}', "no words"],
  ["a word of a book's length", JSON.stringify({ words: [{ text: "x".repeat(5001) }] }), "words.0.text"],
  [
    "a library",
    JSON.stringify({ words: Array.from({ length: 201 }, () => ({ text: "x".repeat(5000) })) }),
    "1005000 characters",
  ],
])("%s is refused, without a word of the text", (_, json, reason) => {
  expect(() => readWords(json)).toThrow(reason);
  expect(() => readWords(json)).not.toThrow("secret");
});
