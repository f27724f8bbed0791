import { readFile } from "node:fs/promises";
import { parse as parseYaml } from "yaml";
import { defaultConfig, type PreflightConfig } from "#model/config.js";
import { PreflightError } from "#model/errors.js";
import type { SourceTree } from "#tree/source-tree.js";
import { problemsInWords } from "./config-problems.js";
import { configSchema } from "./config-schema.js";

/** Names that are looked for in the project's folder, the first that is there wins. */
export const configFileNames = ["preflight.config.json", "preflight.config.yaml", "preflight.config.yml"] as const;

/** A configuration longer than this is not one. */
const maxByteLength = 256 * 1024;

/**
 * The project's settings: from a file that is named, else `preflight.config.{json,yaml,yml}`, else `"preflight"` in
 * package.json, else the defaults.
 * @param configPath absolute path of a file on disk, which may lie outside the project.
 * @throws PreflightError `bad-config` naming every wrong setting.
 */
export async function loadConfig(tree: Pick<SourceTree, "read">, configPath?: string): Promise<PreflightConfig> {
  if (configPath !== undefined) return parseConfig(await readNamed(configPath), configPath);
  for (const name of configFileNames) {
    const text = await readFromTree(tree, name);
    if (text !== undefined) return parseConfig(text, name);
  }
  return configOfPackage(await readFromTree(tree, "package.json"));
}

/** Settings from the text of a JSON or YAML file. @throws PreflightError `bad-config`. */
export function parseConfig(text: string, name: string): PreflightConfig {
  return checkConfig(name.endsWith(".json") ? parseJson(text, name) : parseYamlSafely(text, name), name);
}

function configOfPackage(text: string | undefined): PreflightConfig {
  if (text === undefined || !text.includes('"preflight"')) return defaultConfig;
  const value = parseJson(text, "package.json");
  const own = typeof value === "object" && value !== null && "preflight" in value ? value.preflight : {};
  return checkConfig(own, 'package.json, "preflight"');
}

function checkConfig(value: unknown, name: string): PreflightConfig {
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    throw new PreflightError("bad-config", `${name}: ${problemsInWords(parsed.error, value).join("; ")}.`);
  }
  const { target, mounts, vramGiB, containerDiskGB, maxImageGB, executionTimeoutSeconds, isCommercial } = parsed.data;
  const optional = { target, mounts, vramGiB, containerDiskGB, maxImageGB, executionTimeoutSeconds, isCommercial };
  return { ...parsed.data, ...optional };
}

async function readNamed(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new PreflightError("bad-config", `${path} cannot be read.`, { hint: "Give a file with --config.", cause });
  }
}

async function readFromTree(tree: Pick<SourceTree, "read">, path: string): Promise<string | undefined> {
  const bytes = await tree.read(path, maxByteLength);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PreflightError("bad-config", `${name} is not valid JSON.`, { cause });
  }
}

/** An empty file is a configuration without settings. */
function parseYamlSafely(text: string, name: string): unknown {
  try {
    return (parseYaml(text, { maxAliasCount: 20 }) as unknown) ?? {};
  } catch (cause) {
    throw new PreflightError("bad-config", `${name} is not valid YAML.`, { cause });
  }
}
