import { describe, expect, it } from "vitest";
import type { ProjectFile } from "#facts/project/project-facts.js";
import { buildContext } from "./build-context.js";
import type { BuildContext } from "./build-context.js";

describe("buildContext", () => {
  it("takes the files of its folder, by path from there", () => {
    const context = make({ "docker/a.py": "", "b.py": "" }, "docker");
    expect([...context.files.keys()]).toEqual(["a.py"]);
    expect(paths(context, "b.py")).toEqual([]);
  });

  it("finds files, folders and itself, however the path is written", () => {
    const context = make({ "src/a.py": "" });
    expect(context.match("./src/")).toEqual([{ path: "src", kind: "folder" }]);
    expect(context.match("/src/../src/a.py")).toEqual([{ path: "src/a.py", kind: "file" }]);
    expect(context.match("../../src/a.py")).toEqual([{ path: "src/a.py", kind: "file" }]);
    expect(context.match(".")).toEqual([{ path: "", kind: "folder" }]);
    expect(paths(context, "SRC")).toEqual([]);
    expect(paths(context, "src/a.py/x")).toEqual([]);
  });

  it("matches wildcards as Go does, never across a slash", () => {
    const context = make({ "a.py": "", "b1.py": "", "b2.py": "", "src/c.py": "", "[x].py": "" });
    expect(paths(context, "*.py")).toEqual(["[x].py", "a.py", "b1.py", "b2.py"]);
    expect(paths(context, "b?.py")).toEqual(["b1.py", "b2.py"]);
    expect(paths(context, "b[2-9].py")).toEqual(["b2.py"]);
    expect(paths(context, "b[^2].py")).toEqual(["b1.py"]);
    expect(paths(context, "*/*.py")).toEqual(["src/c.py"]);
    expect(paths(context, "s*")).toEqual(["src"]);
    expect(paths(context, "\\[x].py")).toEqual(["[x].py"]);
    expect(paths(context, "[")).toEqual([]);
  });

  it("follows symlinks inside the context and nowhere else", () => {
    const context = make({ "real/a.py": "", ...links({ in: "real", out: "../other", root: "/real", loop: "loop" }) });
    expect(context.match("in")).toEqual([{ path: "in", kind: "symlink" }]);
    expect(context.match("in/a.py")).toEqual([{ path: "real/a.py", kind: "file" }]);
    expect(context.match("root/*.py")).toEqual([{ path: "real/a.py", kind: "file" }]);
    expect(paths(context, "out")).toEqual([]);
    expect(paths(context, "loop/a.py")).toEqual([]);
  });

  it("hides what the ignore file names, and says by which line", () => {
    const context = make({
      ".dockerignore": "# text\n*.py\n!handler.py\nmodels/\n",
      "a.py": "",
      "handler.py": "",
      "models/x": "",
    });
    expect(paths(context, "*.py")).toEqual(["handler.py"]);
    expect(context.matchIgnored("models")).toEqual([{ path: "models", kind: "folder" }]);
    expect(context.ignoredBy("a.py")).toEqual({ path: ".dockerignore", line: 2 });
    expect(context.ignoredBy("models")).toEqual({ path: ".dockerignore", line: 4 });
    expect(context.ignoredBy("handler.py")).toBeUndefined();
    expect(context.ignoredBy("absent.py")).toBeUndefined();
  });

  it("prefers the ignore file of the Dockerfile", () => {
    const context = make({ ".dockerignore": "a.py", "Dockerfile.dockerignore": "b.py", "a.py": "", "b.py": "" });
    expect(context.ignoreFile).toBe("Dockerfile.dockerignore");
    expect([paths(context, "a.py"), paths(context, "b.py")]).toEqual([["a.py"], []]);
  });
});

type Sketch = Readonly<Record<string, string | { readonly link: string }>>;

function make(sketch: Sketch, folder = ""): BuildContext {
  const files = new Map<string, ProjectFile>();
  for (const [path, content] of Object.entries(sketch)) {
    const text = typeof content === "string" ? content : undefined;
    files.set(path, {
      path,
      kind: text === undefined ? "symlink" : "file",
      byteLength: 0,
      isExecutable: false,
      linkTarget: typeof content === "string" ? undefined : content.link,
      gitState: "unknown",
      text,
    });
  }
  return buildContext({ files, folder, dockerfilePath: "Dockerfile", origin: "assumed", otherFolders: [] });
}

function links(targets: Readonly<Record<string, string>>): Sketch {
  return Object.fromEntries(Object.entries(targets).map(([path, link]) => [path, { link }]));
}

function paths(context: BuildContext, pattern: string): readonly string[] {
  return context.match(pattern).map(({ path }) => path);
}
