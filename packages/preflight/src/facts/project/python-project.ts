import type { DataFile } from "./project-facts.js";
import { isObject, listOf, objectOf, textOf } from "./data-value.js";
import { normaliseName, parseRequirement, type Requirement } from "./requirement.js";
import type { FileRequirement } from "./requirements.js";

/** What a `pyproject.toml` asks for. */
export interface PythonProject {
  readonly requirements: readonly FileRequirement[];
  /** By extra or group, normalised: `pip install .[gpu]`, `uv sync --group dev`. */
  readonly optional: ReadonlyMap<string, readonly FileRequirement[]>;
}

/** Reads `[project]`, `[dependency-groups]`, `[tool.poetry]` and `[tool.uv.sources]`. */
export function readPyproject(file: DataFile): PythonProject {
  const root = objectOf(file.value);
  const project = objectOf(root["project"]);
  const tool = objectOf(root["tool"]);
  const sources = objectOf(objectOf(tool["uv"])["sources"]);
  const listAt = (keys: readonly string[], value: unknown) =>
    listOf(value).flatMap((entry, i) =>
      typeof entry === "string" ? placed(file, [...keys, i], withSource(parseRequirement(entry), sources)) : [],
    );
  const optional = new Map<string, readonly FileRequirement[]>();
  for (const [keys, groups] of [
    [["project", "optional-dependencies"], project["optional-dependencies"]],
    [["dependency-groups"], root["dependency-groups"]],
  ] as const) {
    for (const name of Object.keys(objectOf(groups))) {
      const lists = withIncluded(name, objectOf(groups));
      optional.set(
        normaliseName(name),
        lists.flatMap((each) => listAt([...keys, each], objectOf(groups)[each])),
      );
    }
  }
  return {
    requirements: [
      ...listAt(["project", "dependencies"], project["dependencies"]),
      ...poetryRequirements(file, objectOf(tool["poetry"])),
    ],
    optional,
  };
}

/** A group and those that it names by `{ include-group = "test" }` (PEP 735), each once. */
function withIncluded(group: string, groups: Readonly<Record<string, unknown>>): readonly string[] {
  const names = [group];
  for (const name of names) {
    for (const entry of listOf(groups[name])) {
      const wanted = textOf(objectOf(entry)["include-group"]);
      const included = Object.keys(groups).find((each) => wanted && normaliseName(each) === normaliseName(wanted));
      if (included !== undefined && !names.includes(included)) names.push(included);
    }
  }
  return names;
}

/** What a conda `environment.yml` asks for. */
export interface CondaEnvironment {
  /** Conda packages: Python distributions and system libraries alike. */
  readonly conda: readonly FileRequirement[];
  readonly pip: readonly FileRequirement[];
}

/** Reads `dependencies`, and the `pip` list inside it. */
export function readCondaEnvironment(file: DataFile): CondaEnvironment {
  const conda: FileRequirement[] = [];
  const pip: FileRequirement[] = [];
  listOf(objectOf(file.value)["dependencies"]).forEach((entry, i) => {
    const keys = ["dependencies", i];
    if (typeof entry === "string") conda.push(...placed(file, keys, parseCondaPackage(entry)));
    listOf(objectOf(entry)["pip"]).forEach((written, j) => {
      if (typeof written === "string") pip.push(...placed(file, [...keys, "pip", j], parseRequirement(written)));
    });
  });
  return { conda, pip };
}

/** `channel::name=version=build`, `name>=1.2`, `name 1.2.*`. */
export function parseCondaPackage(written: string): Requirement | undefined {
  const [, name, specifier = ""] =
    /^(?:[\w./-]+::)?([A-Za-z0-9_][\w.-]*)\s*([=<>!~ ][^[]*)?(?:\[|$)/.exec(written.trim()) ?? [];
  if (name === undefined) return undefined;
  return { name: normaliseName(name), specifier: specifier.trim(), extras: [], url: undefined, written };
}

/** Poetry's own table: `torch = "^2.1"`, `x = { version = "*", extras = ["a"], git = "…" }`. */
function poetryRequirements(file: DataFile, poetry: Readonly<Record<string, unknown>>): readonly FileRequirement[] {
  return Object.entries(objectOf(poetry["dependencies"])).flatMap(([name, value]) => {
    const table = isObject(value) ? value : { version: value };
    if (name.toLowerCase() === "python" || table["optional"] === true) return [];
    const specifier = textOf(table["version"]) ?? "";
    const requirement: Requirement = {
      name: normaliseName(name),
      specifier: specifier === "*" ? "" : specifier,
      extras: listOf(table["extras"]).filter((each) => typeof each === "string"),
      url: textOf(table["git"]) ?? textOf(table["url"]),
      written: specifier === "" ? name : `${name} ${specifier}`,
    };
    return placed(file, ["tool", "poetry", "dependencies", name], requirement);
  });
}

/** uv takes a package from elsewhere without changing its requirement. */
function withSource(requirement: Requirement | undefined, sources: Readonly<Record<string, unknown>>) {
  if (requirement === undefined) return undefined;
  const source = Object.entries(sources).find(([name]) => normaliseName(name) === requirement.name)?.[1];
  const url = textOf(objectOf(source)["git"]) ?? textOf(objectOf(source)["url"]);
  return url === undefined ? requirement : { ...requirement, url };
}

function placed(
  file: DataFile,
  keys: readonly (string | number)[],
  requirement: Requirement | undefined,
): readonly FileRequirement[] {
  return requirement === undefined ? [] : [{ ...requirement, location: { path: file.path, line: file.lineOf(keys) } }];
}
