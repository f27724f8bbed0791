import { expect, test } from "vitest";
import { printable, printableLine } from "./printable.js";

test.each([
  ["an escape", "\u001B[2Ja.mp4", "?[2Ja.mp4"],
  ["a carriage return", "a\rb", "a?b"],
  ["C1 controls", "a\u009Bb", "a?b"],
  ["bidi overrides", "a\u202Egpj.exe\u202C", "a?gpj.exe?"],
  ["bidi isolates", "\u2066a\u2069", "?a?"],
  ["letters of any script", "Zoë 漢字 עברית.mp4", "Zoë 漢字 עברית.mp4"],
])("%s", (_what, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test("a newline stays in a text and goes from a line", () => {
  expect(printable("a\nb")).toBe("a\nb");
  expect(printableLine("a\nb")).toBe("a?b");
});
