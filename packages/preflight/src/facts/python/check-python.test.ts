import { beforeAll, describe, expect, it } from "vitest";
import { mappedFile, mappedPieces } from "#model/mapped-text.js";
import { checkPython } from "./check-python.js";
import { loadPython } from "./grammar.js";

const check = (text: string, version = "3.12") => checkPython(mappedFile("worker.py", text), version);
const errors = (text: string, version?: string) => check(text, version).syntaxErrors;

beforeAll(loadPython);

describe("what a compiler refuses", () => {
  it("names a try that was flattened behind a semicolon", () => {
    expect(errors("import torch\nimport x; try: y\nexcept Z: w\n")[0]).toEqual({
      message: "Compound statements are not allowed on the same line as simple statements",
      line: 2,
    });
  });

  it("tells the line of the file when one line of code was joined of several", () => {
    const joined = mappedPieces("Dockerfile", [
      { text: "import torch; ", startLine: 7 },
      { text: "try: torch.cuda.init()", startLine: 8 },
    ]);
    expect(checkPython(joined, "3.12").syntaxErrors[0]?.line).toBe(8);
  });

  it("counts characters outside the first plane as JavaScript does", () => {
    const joined = mappedPieces("Dockerfile", [
      { text: "print('😀😀😀😀'); ", startLine: 1 },
      { text: "undefined_one", startLine: 2 },
    ]);
    expect(checkPython(joined, "3.12").unboundUses).toEqual([{ name: "undefined_one", offset: 19 }]);
  });

  it("tells an error at the end of the text at its last line", () => {
    expect(errors("try:\n  x = 1\n\n\n")[0]?.line).toBe(2);
  });

  it("knows what a version accepts", () => {
    const group = "try: pass\nexcept* ValueError: pass\n";
    const nested = "x = 1\nprint(f'{'x'}')\n";
    expect(errors(group, "3.10")[0]?.line).toBe(2);
    expect(errors(group, "3.11.4")).toEqual([]);
    expect(errors(nested, "3.11")).toHaveLength(1);
    expect(errors(nested, "3.12")).toEqual([]);
  });

  it.each(["2.7", "3.6", "3.99", "", "latest"])("takes the nearest version for %j", (version) => {
    expect(errors("x = 1", version)).toEqual([]);
  });

  it.each([
    "return 1",
    "def f(a, a): pass",
    "break",
    "def f():\n await x",
    "from __future__ import braces",
    "f(a=1, a=2)",
  ])("refuses %j though its grammar is right", (text) => {
    expect(errors(text)).not.toEqual([]);
  });

  it("lets no comment hide an error", () => {
    expect(errors("return 1  # noqa")).toHaveLength(1);
    expect(errors("# ruff: noqa\nreturn 1")).toHaveLength(1);
    expect(check("missing  # noqa: F821").unboundUses).toEqual([]);
  });

  it("refuses null bytes wherever they stand", () => {
    expect(errors("x = 1\n# a\0b\n")).toEqual([{ message: "Source code cannot contain null bytes", line: 2 }]);
  });

  it("refuses bytes that are not UTF-8, but no replacement character that was meant", () => {
    const text = "x = 1\n# caf\uFFFD\n";
    expect(errors(text)).toEqual([]);
    expect(checkPython(mappedFile("worker.py", text, false), "3.12").syntaxErrors[0]?.line).toBe(2);
    expect(checkPython(mappedFile("worker.py", `# coding: latin-1\n${text}`, false), "3.12").syntaxErrors).toEqual([]);
  });

  it("refuses what is nested too deeply, and goes on with the next text", () => {
    expect(errors(`x = ${"[".repeat(50_000)}${"]".repeat(50_000)}`)).toHaveLength(1);
    expect(errors("x = 1")).toEqual([]);
    expect(errors("x = ")).toHaveLength(1);
  });
});
