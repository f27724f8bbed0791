import { describe, expect, it } from "vitest";
import { wordOf } from "#testing/command-of.js";
import { optionValue, optionValues, readCommandLine } from "./command-line.js";

const read = (text: string, valued = "-r -o --out") =>
  readCommandLine(
    text.split(" ").map((word) => wordOf(word)),
    new Set(valued.split(" ")),
  );

describe("the arguments of a command", () => {
  it.each([
    ["--out file name", "file", ["name"]],
    ["--out=file name", "file", ["name"]],
    ["-o file name", "file", ["name"]],
    ["-ofile name", "file", ["name"]],
    ["-qo file name", "file", ["name"]],
    ["-qofile name", "file", ["name"]],
    ["name -o file", "file", ["name"]],
    ["-q name", undefined, ["name"]],
    ["-- -o file", undefined, ["-o", "file"]],
    ["- name", undefined, ["-", "name"]],
    ["name -o", undefined, ["name"]],
  ])("%s", (text, value, positionals) => {
    const line = read(text);
    expect(optionValue(line, "-o", "--out")?.text).toBe(value);
    expect(line.positionals.map((word) => word.text)).toEqual(positionals);
  });

  it("keeps every value of an option that is given more than once, and the last one counts", () => {
    const line = read("-r a -r b");
    expect(optionValues(line, "-r").map((word) => word.text)).toEqual(["a", "b"]);
    expect(optionValue(line, "-r")?.text).toBe("b");
  });
});
