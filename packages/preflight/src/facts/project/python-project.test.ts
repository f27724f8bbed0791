import { describe, expect, it } from "vitest";
import { readDataFiles } from "./data-files.js";
import { parseCondaPackage, readCondaEnvironment, readPyproject } from "./python-project.js";
import { filesOf } from "./testing/files-of.js";

describe("readPyproject", () => {
  it("reads dependencies, extras, groups and uv's sources", () => {
    const { requirements, optional } = readPyproject(
      data(
        "pyproject.toml",
        '[project]\ndependencies = ["torch>=2",\n"f5-tts"]\n[project.optional-dependencies]\ngpu = ["flash-attn"]\n' +
          '[dependency-groups]\ndev = ["pytest"]\n[tool.uv.sources]\nf5_tts = { git = "https://h/f5" }\n',
      ),
    );
    expect(requirements).toMatchObject([
      { name: "torch", specifier: ">=2", url: undefined, location: { path: "pyproject.toml", line: 2 } },
      { name: "f5-tts", url: "https://h/f5", location: { line: 3 } },
    ]);
    expect(optional.get("gpu")).toMatchObject([{ name: "flash-attn", location: { line: 5 } }]);
    expect(optional.get("dev")).toMatchObject([{ name: "pytest" }]);
  });

  it("reads poetry's table without Python itself and optional packages", () => {
    const text =
      '[tool.poetry.dependencies]\npython = "^3.10"\ntorch = "^2.1"\nany = "*"\n' +
      'x = { git = "https://h/x", extras = ["a"] }\ny = { version = "1", optional = true }\n';
    expect(readPyproject(data("pyproject.toml", text)).requirements).toMatchObject([
      { name: "torch", specifier: "^2.1", location: { line: 3 } },
      { name: "any", specifier: "" },
      { name: "x", url: "https://h/x", extras: ["a"] },
    ]);
  });

  it("follows a group that includes another, also one that includes itself", () => {
    const { optional } = readPyproject(
      data(
        "pyproject.toml",
        '[dependency-groups]\ntest = ["pytest"]\nDev-Tools = ["ruff", { include-group = "Test" }, { include-group = "dev_tools" }]\n',
      ),
    );
    expect(optional.get("dev-tools")?.map(({ name }) => name)).toEqual(["ruff", "pytest"]);
  });

  it("survives a file of another shape", () => {
    expect(readPyproject(data("pyproject.toml", 'project = "x"\ntool = [1]\n')).requirements).toEqual([]);
    expect(readPyproject(data("pyproject.toml", "= broken")).requirements).toEqual([]);
    expect(readPyproject(data("pyproject.toml", "project.dependencies = [{ a = 1 }, [2], 3]")).requirements).toEqual(
      [],
    );
  });
});

describe("readCondaEnvironment", () => {
  it("tells conda packages from pip ones", () => {
    const text =
      "dependencies:\n  - python=3.10\n  - pytorch::pytorch>=2\n  - pip\n  - pip:\n    - runpod>=1\n    - -r x.txt\n";
    const { conda, pip } = readCondaEnvironment(data("environment.yml", text));
    expect(conda.map(({ name, specifier }) => name + specifier)).toEqual(["python=3.10", "pytorch>=2", "pip"]);
    expect(pip).toMatchObject([{ name: "runpod", specifier: ">=1", location: { line: 6 } }]);
  });

  it.each([
    ["numpy=1.26=py310_0", "numpy", "=1.26=py310_0"],
    ["conda-forge/linux-64::ffmpeg", "ffmpeg", ""],
    ["pytorch 2.1.*", "pytorch", "2.1.*"],
    ["cudatoolkit[version='>=11']", "cudatoolkit", ""],
  ])("reads %s", (written, name, specifier) => {
    expect(parseCondaPackage(written)).toMatchObject({ name, specifier });
  });
});

function data(path: string, text: string) {
  const file = readDataFiles(filesOf({ [path]: text })).get(path);
  if (file === undefined) throw new Error(`${path} is no data file`);
  return file;
}
