import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UnderstudyError } from "@understudy/render";
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
  readonly config: Config;
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Reads every layer: defaults < file < environment (whole file, then single variables) < flags.
 * @throws UnderstudyError `bad-config` that lists every wrong value at once, `file-missing` for a wrong `--config`.
 */
export async function loadConfig(input: ConfigInput): Promise<LoadedConfig> {
  const problems: ConfigProblem[] = [];
  const values = [
    ...(await readFileLayer(input, problems)),
    ...parseLayer(input.env[reservedVariables.wholeFile], reservedVariables.wholeFile, problems),
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
  return { config: { ...config, dataFolder: resolve(input.cwd, config.dataFolder) }, sources };
}

async function readFileLayer({ cwd, configPath }: ConfigInput, problems: ConfigProblem[]): Promise<GivenValue[]> {
  const path = resolve(cwd, configPath ?? configFileName);
  let text: string | undefined;
  try {
    text = await readFile(path, "utf8");
  } catch (thrown) {
    const isAbsent = (thrown as NodeJS.ErrnoException).code === "ENOENT";
    if (isAbsent && configPath === undefined) return [];
    if (isAbsent)
      throw new UnderstudyError("file-missing", `There is no configuration file ${configPath}.`, { cause: thrown });
    problems.push({ path: "(file)", source: path, expected: "a readable file", received: (thrown as Error).message });
  }
  return parseLayer(text, configPath ?? configFileName, problems);
}

function parseLayer(text: string | undefined, source: string, problems: ConfigProblem[]): GivenValue[] {
  if (text === undefined) return [];
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
