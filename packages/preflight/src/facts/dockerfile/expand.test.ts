import { describe, expect, it } from "vitest";
import { expand } from "./expand.js";

const variables = new Map([
  ["HOME", "/root"],
  ["EMPTY", ""],
  ["FILE", "a.tar.gz"],
]);

describe("expand", () => {
  it.each([
    ["$HOME/x", "/root/x"],
    ["${HOME}x", "/rootx"],
    ["'$HOME' \"$HOME\"", "$HOME /root"],
    ["\\$HOME", "$HOME"],
    ['"a\\"b\\c"', 'a"b\\c'],
    ["${NONE:-a}${EMPTY:-b}${EMPTY-c}", "ab"],
    ["${NONE:+a}${EMPTY:+b}${EMPTY+c}${HOME:+d}", "cd"],
    ["${NONE:-${HOME:-x}}", "/root"],
    ["${HOME:?needed}", "/root"],
    ["${FILE#*.}|${FILE##*.}", "tar.gz|gz"],
    ["${FILE%.*}|${FILE%%.*}", "a.tar|a"],
    ["${FILE/a/b}|${FILE//a/b}", "b.tar.gz|b.tbr.gz"],
    ["${FILE/./\\/}", "a\\/tar.gz"],
    ["$", "$"],
    ["a$(date)", "a$(date)"],
  ])("makes %j into %j", (text, expected) => {
    expect(expand(text, variables)).toEqual({ text: expected, unresolved: [] });
  });

  it("leaves variables without a value as written and names them", () => {
    expect(expand("$A/${B}/${C#x}/${D:?e}/$A", variables)).toEqual({
      text: "$A/${B}/${C#x}/${D:?e}/$A",
      unresolved: ["A", "B", "C", "D"],
    });
  });

  it.each(["'open", '"open', "${HOME", "${HOME:=x}", "${}", "${FILE#[}\\x}"])(
    "leaves %j, that BuildKit refuses",
    (text) => {
      expect(expand(text, variables).unresolved).toEqual([]);
    },
  );

  it("takes the escape character of the file", () => {
    expect(expand("C:\\`$HOME", variables, "`").text).toBe("C:\\$HOME");
  });

  it("does not let a value grow without end, nor nest without end", () => {
    const large = new Map([["A", "x".repeat(100_000)]]);
    expect(expand("$A$A", large).text).toBe("$A$A");
    const deep = "${B:-".repeat(100_000);
    expect(expand(deep, large).text).toBe(deep);
  });
});
