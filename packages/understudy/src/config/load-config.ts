import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { manifestPathOf, UnderstudyError, type EngineName } from "@understudy/render";
import { readJsonFile } from "#paths/index.js";
import { checkValues, problemInWords, type ConfigProblem } from "./check-values.js";
import { flatten, readVariables, type GivenValue } from "./layers.js";
import { configSchema, type Config } from "./schema.js";
import { reservedVariables } from "./settings.js";

/** File that is read when `--config` names none; it need not exist. */
export const configFileName = "understudy.config.json";

/** Where the values come from. */
export interface ConfigInput {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--config PATH`; unlike the default file, it must exist. */
  readonly configPath?: string | undefined;
  /** Values given on the command line, by setting path; `source` names the flag. */
  readonly flags?: readonly GivenValue[];
}

/** The values in force and, by setting path, where each one came from (`default` when absent). */
export interface LoadedConfig {
  /** The configuration file that was read; undefined when there is none. */
  readonly file: string | undefined;
  readonly config: Config;
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Reads every layer: defaults < file < environment (whole file, then single variables) < flags.
 * @throws UnderstudyError `bad-config` that lists every wrong value at once; `file-missing` or `bad-usage` for a file that
 * cannot be read.
 */
export async function loadConfig(input: ConfigInput): Promise<LoadedConfig> {
  const problems: ConfigProblem[] = [];
  const file = await findFile(input);
  const values = [
    ...(file === undefined ? [] : flatten(await readFileLayer(file), input.configPath ?? configFileName)),
    ...readWholeFileVariable(input.env, problems),
    ...readVariables(input.env),
    ...(input.flags ?? []),
  ];
  problems.push(...checkValues(values));
  if (problems.length > 0) throw badConfig(problems);
  const merged = {};
  const sources = new Map<string, string>();
  for (const { path, value, source } of values) {
    assign(merged, path.split("."), value);
    sources.set(path, source);
  }
  const config = configSchema.parse(merged);
  const [engine, dataFolder] = [engineFrom(input.cwd, config.engine), resolve(input.cwd, config.dataFolder)];
  return { config: { ...config, engine, dataFolder }, sources, file };
}

/** The manifest of a swap model is found from anywhere. */
function engineFrom(cwd: string, engine: EngineName): EngineName {
  const path = manifestPathOf(engine);
  return path === undefined ? engine : `onnx:${resolve(cwd, path)}`;
}

/** The file that `--config` names, or the default one if it is there. */
async function findFile({ cwd, configPath }: ConfigInput): Promise<string | undefined> {
  if (configPath !== undefined) return resolve(cwd, configPath);
  const path = resolve(cwd, configFileName);
  const isAbsent = await stat(path).then(
    () => false,
    (thrown: NodeJS.ErrnoException) => thrown.code === "ENOENT",
  );
  return isAbsent ? undefined : path;
}

function readFileLayer(file: string): Promise<unknown> {
  return readJsonFile(file, { what: "configuration file", invalid: "bad-config" });
}

function readWholeFileVariable(env: ConfigInput["env"], problems: ConfigProblem[]): GivenValue[] {
  const source = reservedVariables.wholeFile;
  const text = env[source];
  if (text === undefined || text === "") return [];
  try {
    return flatten(JSON.parse(text), source);
  } catch {
    // The parser's own message quotes the text, which may hold a secret.
    problems.push({ path: "(top)", source, expected: "JSON", received: "text that is not JSON" });
    return [];
  }
}

function assign(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) target[head] = value;
  else assign((target[head] ??= {}) as Record<string, unknown>, rest, value);
}

function badConfig(problems: readonly ConfigProblem[]): UnderstudyError {
  const lines = problems.map((problem) => `  ${problemInWords(problem)}`).join("\n");
  const count = problems.length === 1 ? "1 value is" : `${problems.length} values are`;
  return new UnderstudyError("bad-config", `The configuration cannot be used; ${count} wrong:\n${lines}`);
}
