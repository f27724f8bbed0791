import { expect, test } from "vitest";
import { drawPasscode, passcodeWords } from "./passcode-words.js";

test("256 different plain words", () => {
  expect(new Set(passcodeWords).size).toBe(256);
  for (const word of passcodeWords) expect(word).toMatch(/^[a-z]{4,9}$/);
});

test("a passcode is three different words of these, and another one each time", () => {
  const drawn = Array.from({ length: 50 }, drawPasscode);
  for (const words of drawn) {
    expect(new Set(words).size).toBe(3);
    for (const word of words) expect(passcodeWords).toContain(word);
  }
  expect(new Set(drawn.map(String)).size).toBeGreaterThan(45);
});
