import { describe, expect, it } from "vitest";
import { flattenedAt, unflattened } from "./flattened-python.js";

describe("flattenedAt", () => {
  it.each([
    ["import os; try: import x", "try"],
    ["try: import x; except ImportError: pass", "except"],
    ["if a: b; else: c", "else"],
    ["a = 'x; y';\nfor b in c: print(b)", "for"],
    ["import a; async def f(): pass", "async"],
    ["import a; with open(b) as c: c.read()", "with"],
  ])("finds the statement that has no place in %j", (code, keyword) => {
    expect(code.slice(flattenedAt(code)).startsWith(keyword)).toBe(true);
  });

  it.each([
    "x = 1; y = 2 if x else 3",
    "for x in y: print(x); print(1)",
    "print('a; if b: c'); print(\"a; for b in c\")",
    "'''a\n; try: b\n'''",
    "a = 1  # b; if c: d",
    "import a; tryout = 1; format(a); iffy()",
    "a; else_branch = 1",
  ])("passes over %j", (code) => {
    expect(flattenedAt(code)).toBeUndefined();
  });

  it.each([`'\\"; `, `"""\\`, `; `, `"'`, `;\t \\\n`])("reads a megabyte of %j once", (part) => {
    const hostile = `${part.repeat(600_000 / part.length)}${" ".repeat(400_000)}`;
    expect(flattenedAt(hostile)).toBeUndefined();
  });
});

describe("unflattened", () => {
  it("gives each clause of a try its own lines", () => {
    expect(unflattened("import os; try: a(x[1:2]); b(); except E as e: print('no; e:', e)")).toBe(
      "import os\ntry:\n    a(x[1:2])\n    b()\nexcept E as e:\n    print('no; e:', e)\n",
    );
  });

  it("gives each branch its own lines", () => {
    expect(unflattened("if a: b; elif c: d; else: e")).toBe("if a:\n    b\nelif c:\n    d\nelse:\n    e\n");
  });

  it.each([
    "try: a; except: b; c",
    "import a; for b in c: d; e",
    "try: a; for b in c: d; except: e",
    "if a: b; for c in d: e",
  ])("does not guess what %j means", (code) => {
    expect(unflattened(code)).toBeUndefined();
  });
});
