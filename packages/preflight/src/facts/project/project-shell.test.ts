import { beforeAll, describe, expect, it } from "vitest";
import { loadShellGrammar } from "#facts/shell/grammar.js";
import { readShell } from "#facts/shell/read-shell.js";
import { mappedFile } from "#model/mapped-text.js";
import { projectPath, projectShell } from "./project-shell.js";
import { filesOf } from "./testing/files-of.js";

beforeAll(loadShellGrammar);

describe("projectShell", () => {
  it.each([
    ['cd "$(dirname "$0")"\nls', "/.project/tools"],
    ["cd $(dirname $0)/..\nls", "/.project"],
    ['cd $( dirname -- "$0"; )\nls', "/.project/tools"],
    ['cd "${0%/*}/x"\nls', "/.project/tools/x"],
    ['D="$( cd -- "$( dirname -- "${BASH_SOURCE[0]}" )" > /dev/null && pwd -P )"\ncd "$D"\nls', "/.project/tools"],
    ['R=$(realpath "$(dirname "$0")/..")\ncd $R\nls', "/.project"],
    ['cd "$(git rev-parse --show-toplevel)/a"\nls', "/.project/a"],
  ])("knows where %j stands", (text, workdir) => {
    const script = projectShell(filesOf({}), readShell)(mappedFile("tools/run.sh", text));
    const last = script.commands.findLast((command) => command.name === "ls");
    expect(last?.workdir?.replace(/\/$/, "")).toBe(workdir);
  });

  it("follows one script of the project into another", () => {
    const files = filesOf({ "run.sh": "bash tools/two.sh", "tools/two.sh": "\nmake all" });
    const script = projectShell(files, readShell)(mappedFile("run.sh", "bash tools/two.sh"));
    expect(script.commands.find((command) => command.name === "make")?.location).toEqual({
      path: "tools/two.sh",
      line: 2,
    });
  });

  it("takes the same text apart once", () => {
    let count = 0;
    const shellOf = projectShell(filesOf({}), (source, scope) => {
      count++;
      return readShell(source, scope);
    });
    expect(shellOf(mappedFile("a.sh", "ls"))).toBe(shellOf(mappedFile("a.sh", "ls")));
    shellOf(mappedFile("a.sh", "ls"), "sub");
    expect(count).toBe(2);
  });
});

describe("projectPath", () => {
  it.each([
    ["a", "../b", "b"],
    ["a", "/.project/x/./y", "x/y"],
    ["a", "/.project", ""],
    ["", "..", undefined],
    ["", "/etc", undefined],
    ["", "~/x", undefined],
    ["", "/.project/../etc", undefined],
  ])("resolves, from %j, %j to %j", (folder, path, expected) => {
    expect(projectPath(folder, path)).toBe(expected);
  });
});
