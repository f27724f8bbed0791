import { describe, expect, it } from "vitest";
import { readDataFiles } from "./data-files.js";
import { filesOf } from "./testing/files-of.js";

describe("readDataFiles", () => {
  it("gives JSON values with their lines", () => {
    const file = read(
      "a.json",
      '{\n  "config": {\n    "env": [\n      {"key": "A"},\n      {"key": "B"}\n    ]\n  }\n}',
    );
    expect(file.value).toEqual({ config: { env: [{ key: "A" }, { key: "B" }] } });
    expect(file.lineOf(["config"])).toBe(2);
    expect(file.lineOf(["config", "env", 1, "key"])).toBe(5);
    expect(file.lineOf(["nothing"])).toBe(1);
  });

  it.each([
    ['{\n"a": 1,\n}', 3],
    ['{\n"a": 1\n"b": 2}', 3],
    ['{"a": [1, 2}\n', 1],
    ["{\n// comment\n}", 2],
    ['{"a":\n\n', 1],
    ["[1]\n\n[2]", 3],
    ["", 1],
    ['{"a": tru}', 1],
  ])("says on which line %j stops being JSON", (text, line) => {
    const file = read("a.json", text);
    expect(file.value).toBeUndefined();
    expect(file.problem?.line).toBe(line);
  });

  it("gives YAML values with their lines, of the first document", () => {
    const file = read("a.yml", "jobs:\n  build:\n    steps:\n      - run: |\n          make\n---\nother: 1\n");
    expect(file.value).toEqual({ jobs: { build: { steps: [{ run: "make\n" }] } } });
    expect(file.lineOf(["jobs", "build", "steps", 0, "run"])).toBe(4);
  });

  it("says where YAML stops", () => {
    expect(read("a.yaml", "a: 1\nb: [1,\nc: 2\n").problem?.line).toBeGreaterThan(1);
  });

  it("refuses YAML aliases that multiply", () => {
    const levels = "abcdefghi".split("");
    const lines = levels.map(
      (name, i) =>
        `${name}: &${name} [${Array(9)
          .fill(i === 0 ? "x" : `*${levels[i - 1]}`)
          .join(",")}]`,
    );
    expect(read("bomb.yaml", lines.join("\n"))).toMatchObject({ value: undefined, problem: { line: 1 } });
  });

  it.each([
    ["json", "["],
    ["yaml", "["],
    ["yaml", "- "],
    ["yaml", "? "],
    ["yaml", "{a: "],
  ])("refuses %s that is nested 20,000 deep by %j", (format, sign) => {
    const file = read(`deep.${format}`, sign.repeat(20_000));
    expect(file.value).toBeUndefined();
    expect(file.problem).toBeDefined();
  });

  it("refuses YAML that is nested by indentation, but not flat YAML with many lists", () => {
    const deep = Array.from({ length: 300 }, (_, i) => `${" ".repeat(i)}k:`).join("\n");
    expect(read("deep.yaml", deep).problem?.message).toBe("It is nested too deeply.");
    expect(read("flat.yaml", "- [a, {b: c}]\n".repeat(2000)).problem).toBeUndefined();
  });

  it("gives TOML values with their lines", () => {
    const file = read("pyproject.toml", '[project]\nname = "x"\ndependencies = [\n  "a",\n]\n[tool.uv]\ndev = 1\n');
    expect(file.value).toMatchObject({ project: { dependencies: ["a"] } });
    expect(file.lineOf(["project", "dependencies"])).toBe(3);
    expect(file.lineOf(["project", "dependencies", 0])).toBe(4);
    expect(file.lineOf(["tool", "uv"])).toBe(6);
    expect(file.lineOf(["tool", "uv", "dev"])).toBe(7);
    expect(read("x.toml", "a = 1\nb = = 2").problem?.line).toBe(2);
  });

  it("leaves lock files and other formats alone", () => {
    const files = filesOf({ "package-lock.json": "{}", "pnpm-lock.yaml": "{}", "uv.lock": "", "a.txt": "{}" });
    expect([...readDataFiles(files).keys()]).toEqual([]);
  });
});

function read(path: string, text: string) {
  const file = readDataFiles(filesOf({ [path]: text })).get(path);
  if (file === undefined) throw new Error(`${path} is no data file`);
  return file;
}
