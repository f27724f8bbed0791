import { beforeAll, describe, expect, it } from "vitest";
import { mappedFile } from "#model/mapped-text.js";
import { loadPython } from "./grammar.js";
import { readPython } from "./read-python.js";

beforeAll(loadPython);

const read = (text: string) => readPython(mappedFile("worker.py", text));

describe("imports", () => {
  it("lists what is imported, from where and in which function", () => {
    const { imports } = read(
      "import a.b as c, d\nfrom ..x.y import p as q, r\ndef f():\n  from . import s\nfrom t import *\n",
    );
    expect(imports).toEqual([
      { module: "a.b", names: undefined, isGuarded: false, functionName: undefined, line: 1 },
      { module: "d", names: undefined, isGuarded: false, functionName: undefined, line: 1 },
      { module: "..x.y", names: ["p", "r"], isGuarded: false, functionName: undefined, line: 2 },
      { module: ".", names: ["s"], isGuarded: false, functionName: "f", line: 4 },
      { module: "t", names: ["*"], isGuarded: false, functionName: undefined, line: 5 },
    ]);
  });

  it.each([
    "try:\n  import a\nexcept ImportError:\n  pass",
    "try:\n  import a\nexcept (OSError, ModuleNotFoundError) as e:\n  pass",
    "try:\n  import a\nexcept Exception:\n  pass",
    "try:\n  import a\nexcept:\n  pass",
    "try:\n  x\nexcept ImportError:\n  import a",
    "if TYPE_CHECKING:\n  import a",
    "if typing.TYPE_CHECKING:\n  import a",
    "if __name__ == '__main__':\n  import a",
    "if sys.version_info >= (3, 11):\n  x\nelse:\n  import a",
    "with contextlib.suppress(ImportError):\n  import a",
  ])("is guarded: %j", (text) => {
    expect(read(text).imports.map(({ isGuarded }) => isGuarded)).toEqual([true]);
  });

  it.each([
    "try:\n  import a\nexcept ValueError:\n  pass",
    "try:\n  import a\nfinally:\n  pass",
    "try:\n  import a\nexcept ImportError as e:\n  print(e)\n  raise",
    "try:\n  import a\nexcept Exception as e:\n  print(e)\n  sys.exit(1)",
    "def f():\n  try:\n    import a\n  except Exception as e:\n    return {'error': str(e)}",
    "try:\n  x\nexcept ImportError:\n  pass\nelse:\n  import a",
    "try:\n  def f():\n    import a\nexcept ImportError:\n  pass",
    "if TYPE_CHECKING:\n  x\nelse:\n  import a",
    "if debug:\n  import a",
  ])("is not guarded: %j", (text) => {
    expect(read(text).imports.map(({ isGuarded }) => isGuarded)).toEqual([false]);
  });
});

describe("calls", () => {
  it.each([
    ["import subprocess as sp\nsp.run()", "subprocess.run"],
    ["from subprocess import run\nrun()", "subprocess.run"],
    ["import runpod\nrunpod.serverless.start()", "runpod.serverless.start"],
    ["import os.path\nos.path.join()", "os.path.join"],
    ["from .utils import load\nload()", ".utils.load"],
    ["from . import utils\nutils.load()", ".utils.load"],
    ["from subprocess import run\ndef f(run):\n  run()", "run"],
    ["def f():\n  import subprocess as sp\n  sp.run()", "subprocess.run"],
    ["self.model.generate()", "self.model.generate"],
    ["x[0].load()", "?.load"],
    ["', '.join()", "?.join"],
    ["x[0]()", "?"],
  ])("%j is named", (text, callee) => {
    expect(read(text).calls.map((call) => call.callee)).toEqual([callee]);
  });

  it("knows where a call stands and what it is given", () => {
    const [route, load] = read("@route('/x')\ndef f():\n  try:\n    load('a', *b, key=1, **c)\n  finally: pass").calls;
    expect(route).toMatchObject({ functionName: undefined, isInTry: false, line: 1 });
    expect(load).toMatchObject({ functionName: "f", isInTry: true, line: 4 });
    expect(load?.arguments.map(({ name }) => name)).toEqual([undefined, "*", "key", "**"]);
    expect(load?.arguments[2]?.value).toEqual({ kind: "number", number: 1 });
  });
});

describe("functions and definitions", () => {
  it("lists functions with their parameters and class", () => {
    const text = "class C:\n  async def f(self, a, b: int = 1, *c, d: str, **e):\n    def g(): pass\n@x\ndef h(): pass";
    expect(read(text).functions).toMatchObject([
      { name: "f", parameters: ["self", "a", "b", "c", "d", "e"], isAsync: true, className: "C", line: 2 },
      { name: "g", parameters: [], isAsync: false, className: undefined, line: 3 },
      { name: "h", parameters: [], isAsync: false, className: undefined, line: 5 },
    ]);
  });

  it("finds every way to bind a name of the module, and none of a function's own", () => {
    const text = [
      "import a.x, y as b",
      "from m import c",
      "d, (e, *f) = g.attribute, h[0] = z",
      "if i:\n  for j in k: pass",
      "with l as n, l as (o, p): pass",
      "try: pass\nexcept X as q: pass",
      "class r: inner = 1",
      "def s(t): u = 1\ndef v():\n  global w\n  w = 1",
      "print(aa := 1)",
      "match z:\n case [bb, *cc]: pass",
      "dd: int",
    ].join("\n");
    expect([...read(text).definitions].sort()).toEqual(
      ["a", "aa", "b", "bb", "c", "cc", "d", "e", "f", "j", "n", "o", "p", "q", "r", "s", "v", "w"].sort(),
    );
  });

  it.each(["from x import *", "def __getattr__(name): pass", "exec(code)", "globals()['x'] = 1"])(
    "%j hides names",
    (text) => {
      expect(read(text).hasDynamicNames).toBe(true);
      expect(read(`${text}\nmissing`).undefinedNames).toEqual([]);
    },
  );
});

describe("undefined names", () => {
  it("are told with their line", () => {
    expect(read("import os\nprint(device)").undefinedNames).toEqual([{ message: "device", line: 2 }]);
    expect(read("print(f'{device}')").undefinedNames).toHaveLength(1);
  });

  it.each([
    "def f(a: 'Missing'): pass",
    "from __future__ import annotations\ndef f(a: Missing) -> Missing: pass",
    "def f():\n  a: Missing = 1",
  ])("are not told of annotations that never run: %j", (text) => {
    expect(read(text).undefinedNames).toEqual([]);
  });
});

describe("the environment", () => {
  it("tells which reads need the variable, and which do not", () => {
    const text = [
      "import os",
      "a = os.environ['A']",
      "b = os.environ.get('B', 'x')",
      "def f(): return os.getenv('C') or '/c'",
      "os.environ['D'] = '1'",
      "del os.environ['E']",
      "if 'F' in os.environ: pass",
      "try: os.environ['G']\nexcept KeyError: pass",
      "os.environ[name]",
    ].join("\n");
    const x = { kind: "text", text: "x", isKnown: true };
    expect(read(text).environmentReads).toEqual([
      { name: "A", raisesWhenUnset: true, fallback: undefined, functionName: undefined, line: 2 },
      { name: "B", raisesWhenUnset: false, fallback: x, functionName: undefined, line: 3 },
      { name: "C", raisesWhenUnset: false, fallback: { ...x, text: "/c" }, functionName: "f", line: 4 },
      { name: "F", raisesWhenUnset: false, fallback: undefined, functionName: undefined, line: 7 },
      { name: "G", raisesWhenUnset: false, fallback: undefined, functionName: undefined, line: 8 },
    ]);
  });
});

describe("search paths", () => {
  it("come from every way to add one", () => {
    const text = [
      "import sys, site",
      "sys.path.insert(0, '/a')",
      "sys.path.append('/b')",
      "sys.path += ['/c']",
      "sys.path = ['/d'] + sys.path",
      "sys.path[0:0] = ['/e']",
      "sys.path.extend(['/f'])",
      "site.addsitedir('/g')",
    ].join("\n");
    const found = read(text).addedSearchPaths.map(({ path, line }) => [path.kind === "text" && path.text, line]);
    expect(found).toEqual([
      ["/a", 2],
      ["/b", 3],
      ["/c", 4],
      ["/d", 5],
      ["/e", 6],
      ["/f", 7],
      ["/g", 8],
    ]);
  });
});

it("has no facts of a text that does not compile", () => {
  const module = read("import a\nx = (\n");
  expect(module.syntaxErrors).not.toEqual([]);
  expect(module.tree).toBeUndefined();
  expect([module.imports, module.calls, module.undefinedNames, [...module.definitions]]).toEqual([[], [], [], []]);
});
