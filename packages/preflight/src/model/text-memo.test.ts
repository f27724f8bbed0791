import { describe, expect, it } from "vitest";
import { textMemo } from "./text-memo.js";

describe("textMemo", () => {
  it("computes a value once, and again when it had to be forgotten", () => {
    const computed: string[] = [];
    const memo = textMemo<string>(6);
    const ask = (key: string) => memo(key, () => (computed.push(key), key.toUpperCase()));
    expect([ask("abc"), ask("abc"), ask("def"), ask("abc")]).toEqual(["ABC", "ABC", "DEF", "ABC"]);
    expect(computed).toEqual(["abc", "def"]);
    ask("ghi");
    ask("abc");
    expect(computed).toEqual(["abc", "def", "ghi", "abc"]);
  });

  it("keeps a text that alone is too long until the next one comes", () => {
    const memo = textMemo<number>(2);
    expect(memo("long", () => 1)).toBe(1);
    expect(memo("long", () => 2)).toBe(1);
    memo("x", () => 3);
    expect(memo("long", () => 4)).toBe(4);
  });
});
