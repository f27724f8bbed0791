import { describe, expect, test } from "vitest";
import { globPaths } from "./glob-paths.js";
import type { PathOrigin } from "./image-facts.js";
import { StageFiles } from "./stage-files.js";

describe("the files of a stage", () => {
  test("a symlink on the way to a file is followed, and one that is relative starts at its own folder", () => {
    const files = stageWith({
      "/data/v2/model.bin": written,
      "/data/current": to("v2"),
      "/models": to("/data/current"),
    });
    expect(files.follow("/models/model.bin")).toBe("/data/v2/model.bin");
  });

  test("symlinks in a circle lead nowhere", () => {
    const files = stageWith({ "/a": to("/b"), "/b": to("/a") });
    expect(files.follow("/a/x")).toBeUndefined();
  });

  test("removing a folder removes what lies in it, what is unknown of it, and nothing beside it", () => {
    const files = stageWith({ "/app/a.py": written, "/app2/b.py": written });
    files.markUnknown("/app/clone", { because: "a clone", made: undefined });
    files.remove("/app");
    expect(files.paths.map(({ path }) => path)).toEqual(["/app2/b.py"]);
    expect(files.unknownAt("/app/clone/x")).toBeUndefined();
    expect(files.isFolder("/app")).toBe(false);
    expect(files.everMadeAt("/app/a.py")?.path).toBe("/app/a.py");
  });

  test("a stage built on another one starts with its files and leaves them alone", () => {
    const base = stageWith({ "/app/a.py": written });
    const files = new StageFiles(1, base);
    files.remove("/app/a.py");
    expect(files.madeAt("/app/a.py")).toBeUndefined();
    expect(base.madeAt("/app/a.py")).toBeDefined();
  });

  test("a path longer than Linux takes is not made", () => {
    const files = stageWith({ [`/${"a/".repeat(5000)}b`]: written });
    expect(files.paths).toEqual([]);
  });
});

describe("shell patterns", () => {
  const files = stageWith({
    "/app/a.py": written,
    "/app/.env": written,
    "/app/sub/b.py": written,
    "/lib/a.py": written,
  });

  test.each([
    ["/app/*.py", ["/app/a.py"]],
    ["/app/*", ["/app/a.py", "/app/sub"]],
    ["/app/.*", ["/app/.env"]],
    ["/*/a.py", ["/app/a.py", "/lib/a.py"]],
    ["/app/?.p[xy]", ["/app/a.py"]],
    ["/app/*.txt", []],
    ["/not/there", ["/not/there"]],
  ])("%s names %j", (pattern, expected) => {
    expect(globPaths(files, pattern)).toEqual(expected);
  });

  test("many stars do not make the match slow", () => {
    const hostile = stageWith({ [`/${"a".repeat(4000)}`]: written });
    expect(globPaths(hostile, `/${"*a".repeat(500)}b`)).toEqual([]);
  });
});

const written: PathOrigin = { kind: "written", content: undefined };

function to(target: string): PathOrigin {
  return { kind: "linked", target };
}

function stageWith(origins: Readonly<Record<string, PathOrigin>>): StageFiles {
  const files = new StageFiles(0, () => undefined);
  for (const [path, origin] of Object.entries(origins)) {
    const location = { path: "Dockerfile", line: 1 };
    files.add({ path, origin, location, stageIndex: 0, isCertain: true, isExecutable: undefined });
  }
  return files;
}
