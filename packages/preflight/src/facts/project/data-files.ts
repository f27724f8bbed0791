import { parse as parseToml, TomlError } from "smol-toml";
import { type Document, isNode, LineCounter, parseAllDocuments } from "yaml";
import { jsonKey, readJsonLines } from "./json-lines.js";
import type { DataFile, ProjectFile } from "./project-facts.js";
import { baseNameOf } from "./project-path.js";
import { tomlLine } from "./toml-line.js";
import { yamlRefusal } from "./yaml-guard.js";

/** The JSON, YAML and TOML files of a project, each parsed when its value is first asked for. */
export function readDataFiles(files: ReadonlyMap<string, ProjectFile>): ReadonlyMap<string, DataFile> {
  const dataFiles = new Map<string, DataFile>();
  for (const { path, text } of files.values()) {
    const format = formatOf(path);
    if (text !== undefined && format !== undefined) dataFiles.set(path, lazyDataFile(path, format, text));
  }
  return dataFiles;
}

/** Both parsers take seconds for a hostile megabyte; workflows, compose files and pyproject.toml are a tenth of this. */
const maxHandWrittenLength = 256 << 10;
const tooLong = "It is longer than 256 KiB.";

/** Aliases that a YAML document may resolve to nodes: nested anchors grow by powers ("billion laughs"). */
const maxAliasCount = 100;

/** Written by programs, long, and of no use to a rule. */
const lockFile = /^(?:package-lock|npm-shrinkwrap|composer\.lock|pnpm-lock|conda-lock|pixi-lock)\b.*\.(?:json|ya?ml)$/i;

const formats: Readonly<Record<string, DataFile["format"]>> = {
  json: "json",
  yaml: "yaml",
  yml: "yaml",
  toml: "toml",
};

interface ParsedData extends Pick<DataFile, "value" | "problem" | "lineOf"> {}

function formatOf(path: string): DataFile["format"] | undefined {
  const name = baseNameOf(path);
  return lockFile.test(name) ? undefined : formats[name.slice(name.lastIndexOf(".") + 1).toLowerCase()];
}

function lazyDataFile(path: string, format: DataFile["format"], text: string): DataFile {
  let parsed: ParsedData | undefined;
  const get = () => (parsed ??= parsers[format](text));
  return {
    path,
    format,
    get value() {
      return get().value;
    },
    get problem() {
      return get().problem;
    },
    lineOf: (keys) => get().lineOf(keys),
  };
}

const parsers: Readonly<Record<DataFile["format"], (text: string) => ParsedData>> = {
  json: readJson,
  yaml: readYaml,
  toml: readToml,
};

function readJson(text: string): ParsedData {
  let found: ReturnType<typeof readJsonLines> | undefined;
  const lines = () => (found ??= readJsonLines(text));
  const lineOf = (keys: readonly (string | number)[]) => lines().lines.get(jsonKey(keys)) ?? 1;
  try {
    return { value: JSON.parse(text), problem: undefined, lineOf };
  } catch {
    return { value: undefined, problem: { message: "This is not valid JSON.", line: lines().faultLine ?? 1 }, lineOf };
  }
}

/** Several documents in one file: the first. */
function readYaml(text: string): ParsedData {
  const refusal = text.length > maxHandWrittenLength ? tooLong : yamlRefusal(text);
  if (refusal !== undefined) return failed(refusal, 1);
  const lineCounter = new LineCounter();
  try {
    const [document] = parseAllDocuments(text, { lineCounter, logLevel: "silent" }) as Document[];
    const error = document?.errors[0];
    if (error !== undefined) {
      return failed(error.message, lineCounter.linePos(error.pos[0]).line);
    }
    const lineOf = (keys: readonly (string | number)[]) => {
      const node = document?.getIn(keys, true);
      return isNode(node) && node.range ? lineCounter.linePos(node.range[0]).line : 1;
    };
    return { value: document?.toJS({ maxAliasCount }), problem: undefined, lineOf };
  } catch (error) {
    return failed(error instanceof RangeError ? "It is nested too deeply." : messageOf(error), 1);
  }
}

function readToml(text: string): ParsedData {
  if (text.length > maxHandWrittenLength) return failed(tooLong, 1);
  try {
    const value = parseToml(text);
    return { value, problem: undefined, lineOf: (keys) => tomlLine(text, value, keys) };
  } catch (error) {
    return failed(messageOf(error), error instanceof TomlError ? error.line : 1);
  }
}

function failed(message: string, line: number): ParsedData {
  return { value: undefined, problem: { message: firstLine(message), line }, lineOf: () => 1 };
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0]?.slice(0, 120) ?? "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
