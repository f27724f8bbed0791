import { beforeAll, describe, expect, it } from "vitest";
import { mappedFile } from "#model/mapped-text.js";
import { loadPython } from "./grammar.js";
import type { PythonValue } from "./module.js";
import { readPython } from "./read-python.js";

beforeAll(loadPython);

/** The value of `answer` in the program. */
function answer(program: string): PythonValue | undefined {
  const module = readPython(mappedFile("worker.py", program));
  expect(module.syntaxErrors).toEqual([]);
  return module.constants.get("answer");
}

/** The value that `use(…)` is given in the program. */
function used(program: string): PythonValue | undefined {
  const module = readPython(mappedFile("worker.py", program));
  return module.calls.find((call) => call.callee === "use")?.arguments[0]?.value;
}

const text = (value: string, isKnown = true) => ({ kind: "text", text: value, isKnown });

describe("texts and paths", () => {
  it.each([
    ["answer = 'a' 'b'", "ab"],
    ["base = '/models'\nanswer = base + '/wan'", "/models/wan"],
    ["base = '/models'\nanswer = f'{base}/wan{2}'", "/models/wan2"],
    ["import os\nanswer = os.path.join('/models', 'wan', '')", "/models/wan/"],
    ["from os.path import join as j\nanswer = j('/models', '/wan')", "/wan"],
    ["from pathlib import Path\nanswer = Path('/models') / 'wan'", "/models/wan"],
    [
      "import pathlib as p\nROOT = p.Path('/models').resolve()\nanswer = str(ROOT.joinpath('a', 'b').parent)",
      "/models/a",
    ],
    ["import os\nanswer = os.path.dirname('/models/wan')", "/models"],
    ["config = {'model': {'path': '/models'}}\nanswer = config['model']['path']", "/models"],
  ])("%j gives a known text", (program, expected) => {
    expect(answer(program)).toEqual(text(expected));
  });

  it.each([
    ["import os\nanswer = os.path.join(os.environ['ROOT'], 'wan')", "{ROOT}/wan"],
    ["answer = f'/models/{job.id}/{job[0]}'", "/models/{job.id}/{?}"],
    ["answer = __file__", "{__file__}"],
    [
      "import os\nanswer = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib')",
      "{__file__}/../../lib",
    ],
    ["from pathlib import Path\nanswer = Path(__file__).resolve().parents[1] / 'lib'", "{__file__}/../../lib"],
    ["from pathlib import Path\nanswer = Path(__file__).parent.parent", "{__file__}/../.."],
  ])("%j gives a text with unknown parts", (program, expected) => {
    expect(answer(program)).toEqual(text(expected, false));
  });
});

describe("other values", () => {
  it.each<[string, unknown]>([
    ["answer = -1_000", { kind: "number", number: -1000 }],
    ["answer = 0x10", { kind: "number", number: 16 }],
    ["answer = True", { kind: "boolean", isTrue: true }],
    ["answer = None", { kind: "none" }],
    ["answer = 'a', 2", { kind: "list", items: [text("a"), { kind: "number", number: 2 }] }],
    [
      "answer = {'a': [None]}",
      { kind: "dict", entries: [{ key: text("a"), value: { kind: "list", items: [{ kind: "none" }] } }] },
    ],
    ["answer = load()", { kind: "other", written: "load()" }],
    ["import os\nanswer = os.environ['X']", { kind: "environment", name: "X", fallback: undefined }],
    [
      "from os import getenv as g\nanswer = g('X', default='y')",
      { kind: "environment", name: "X", fallback: text("y") },
    ],
    [
      "from os import environ\nanswer = int(environ.get('X') or 'y')",
      { kind: "environment", name: "X", fallback: text("y") },
    ],
  ])("%j", (program, expected) => {
    expect(answer(program)).toEqual(expected);
  });
});

describe("names", () => {
  it("follows what is bound once, here or in the function around, and a parameter's default", () => {
    expect(used("def f(path='/models'):\n  full = path + '/wan'\n  use(full)\n")).toEqual(text("/models/wan"));
    expect(used("def f():\n  use(PATH)\nPATH = '/models'\n")).toEqual(text("/models"));
  });

  it.each([
    "path = 'a'\npath = 'b'\nuse(path)",
    "path = 'a'\npath += 'b'\nuse(path)",
    "path = 'a'\ndef f():\n  global path\n  path = 'b'\nuse(path)",
    "path = 'a'\ndef f(path):\n  use(path)",
    "path = 'a'\ndef f(path='b'):\n  path = 'c'\n  use(path)",
    "path = 'a'\nlambda path: use(path)",
    "path = 'a'\n[use(path) for path in paths]",
    "path = 'a'\nfor path in paths: use(path)",
    "path = 'a'\nwith x as path: use(path)",
    "def f():\n  path = path + 'a'\n  use([path])",
  ])("does not guess: %j", (program) => {
    expect(JSON.stringify(used(program))).not.toMatch(/"isKnown":true/);
  });
});

describe("hostile programs", () => {
  const lines = (first: string, next: (n: number) => string) =>
    [first, ...Array.from({ length: 2000 }, (_, n) => next(n))].join("\n");

  it.each([
    lines("a0 = 'x'", (n) => `a${n + 1} = a${n} + a${n}`),
    lines("a0 = ['x']", (n) => `a${n + 1} = [a${n}, a${n}]`),
    lines("def f():\n a0 = 'x'", (n) => ` a${n + 1} = a${n} + a${n}`).concat("\n use(a2000)"),
    `a = ${Array.from({ length: 900 }, () => "'x'").join(" + ")}`,
    `use(${"str(".repeat(800)}1${")".repeat(800)})`,
  ])("neither explode nor overflow", (program) => {
    const module = readPython(mappedFile("worker.py", program));
    expect(
      JSON.stringify([...module.constants, module.calls.map((call) => call.arguments.map(({ value }) => value))])
        .length,
    ).toBeLessThan(20_000_000);
  });
});
