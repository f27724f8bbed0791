import { describe, expect, it } from "vitest";
import { readIgnoreRules } from "./ignore-rules.js";

describe("readIgnoreRules", () => {
  it.each([
    ["a", "a/b/c", true],
    ["/a/", "a/b", true],
    ["a", "b/a", false],
    ["*/a", "b/a", true],
    ["**/a", "b/c/a", true],
    ["**/a", "a", true],
    ["**/a", "ba", false],
    ["**a", "b/xa", true],
    ["a/**", "a/b/c", true],
    ["a/**", "a", false],
    ["a/**/b", "a/b", true],
    ["a/**/b", "a/x/y/b", true],
    ["*.py", "a/b.py", false],
    ["**/*.py", "a/b.py", true],
    ["**", "a/b", true],
    ["./a/../b", "b", true],
    ["a.py", "aXpy", false],
    ["[a-c]x", "bx", true],
    ["\\*", "*", true],
    ["A", "a", false],
    ["  a  ", "a", true],
    ["[", "[", false],
    ["!", "a", false],
  ])("%j against %j: %s", (rule, path, isHidden) => {
    expect(readIgnoreRules(rule)(path) !== undefined).toBe(isHidden);
  });

  it("lets the last rule win, of a folder above too", () => {
    const hiddenBy = readIgnoreRules("*\n!src\nsrc/secret\n!src/secret/open");
    expect(["x", "src/a", "src/secret/a", "src/secret/open"].map(hiddenBy)).toEqual([1, undefined, 3, undefined]);
  });

  it("reads comments in the first column only, CRLF and a byte order mark", () => {
    const hiddenBy = readIgnoreRules("\uFEFF#a\r\n b \r\n #c\r\n");
    expect(["#a", "b", "#c"].map(hiddenBy)).toEqual([undefined, 2, 3]);
  });

  it("answers for a pattern made of stars", () => {
    expect(readIgnoreRules("*a".repeat(200))("a".repeat(4000))).toBeUndefined();
    expect(readIgnoreRules(`${"*a".repeat(15)}b`)("a".repeat(4000))).toBeUndefined();
  });
});
