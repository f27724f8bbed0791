import type { Location } from "#model/location.js";
import { isObject, listOf, objectOf } from "./data-value.js";
import { readHttpRequests } from "./http-requests.js";
import type { DataFile, DocumentFacts, ProjectFile } from "./project-facts.js";
import type { ProjectShell } from "./project-shell.js";
import { parseRelaxedJson } from "./relaxed-json.js";

/** One setting of an endpoint or its template, under the name that RunPod's GraphQL gives it. */
export interface Setting {
  readonly key: SettingKey;
  /** As the file has it; of a `variable`, its name. */
  readonly value: unknown;
  readonly location: Location;
}

/** The settings that rules ask about. */
export type SettingKey =
  | "gpuIds"
  | "containerDiskInGb"
  | "executionTimeoutMs"
  | "ttlMs"
  | "variable"
  | "networkVolumeId"
  | "allowedCudaVersions"
  | "imageName"
  | "gpuCount"
  | "isServerless";

/** The settings of a JSON, YAML or TOML file; none when it is not about an endpoint. */
export function dataFileSettings(file: DataFile, text: string): readonly Setting[] {
  const isHub = /(?:^|\/)\.runpod\/(?:hub|tests)\.json$/.test(file.path);
  if (!isHub && !/(?:^|\/)runpod\.toml$/.test(file.path) && !isAboutEndpoint(text)) return [];
  return settingsIn(file.value, (keys) => ({ path: file.path, line: file.lineOf(keys) }));
}

/** The settings that curl commands of scripts and documents send, as REST bodies or inside GraphQL. */
export function requestSettings(
  files: ReadonlyMap<string, ProjectFile>,
  documents: readonly DocumentFacts[],
  shellOf: ProjectShell,
): { readonly scripts: readonly Setting[]; readonly documents: readonly Setting[] } {
  const bySource = { script: [] as Setting[], docs: [] as Setting[] };
  for (const { url, body, location, source } of readHttpRequests(files, documents, shellOf)) {
    if (!managementAddress.test(url) && !isAboutEndpoint(body) && !body.includes('"policy"')) continue;
    const value = parseRelaxedJson(body);
    const found =
      isObject(value) && value["query"] === undefined
        ? settingsIn(value, () => location)
        : looseSettings(body, () => location);
    bySource[source].push(...found);
  }
  return { scripts: bySource.script, documents: bySource.docs };
}

/** The settings that a program of the project sends to RunPod's API. */
export function codeSettings(files: ReadonlyMap<string, ProjectFile>): readonly Setting[] {
  return [...files.values()].flatMap(({ path, text }) => {
    if (text === undefined || !codeName.test(path) || !/runpod/i.test(text) || !isAboutEndpoint(text)) return [];
    return looseSettings(text, (line) => ({ path, line }));
  });
}

/** The settings that the code samples of a document show; shell samples are read as requests. */
export function documentSettings({ path, fences }: DocumentFacts): readonly Setting[] {
  return fences
    .filter(({ text }) => isAboutEndpoint(text) && !/\bcurl\b/.test(text))
    .flatMap(({ text, line }) => looseSettings(text, (inner) => ({ path, line: line + inner - 1 })));
}

/** Names that nobody uses for anything but an endpoint or its template. */
const endpointKey =
  /\b(?:gpuIds|gpuTypeIds|containerDiskInGb|executionTimeoutMs|networkVolumeIds?|workersMax|workersMin)\b/;

/** REST v1, REST v2 and GraphQL; jobs go to `api.runpod.ai`. */
const managementAddress = /\b(?:rest|api)\.runpod\.io\//;

const codeName = /\.(?:py|[cm]?[jt]sx?|graphql|gql)$/;

/** `imageName` is a word of many tools. */
function isAboutEndpoint(text: string): boolean {
  return endpointKey.test(text) || (text.includes("imageName") && /runpod/i.test(text));
}

/** Name in REST v1, REST v2, hub.json, runpod.toml: name of the setting. */
const settingKeys: Readonly<Record<string, SettingKey>> = {
  gpuIds: "gpuIds",
  "gpu.pools": "gpuIds",
  containerDiskInGb: "containerDiskInGb",
  container_disk_size_gb: "containerDiskInGb",
  disk: "containerDiskInGb",
  executionTimeoutMs: "executionTimeoutMs",
  "policy.executionTimeout": "executionTimeoutMs",
  "policy.ttl": "ttlMs",
  networkVolumeId: "networkVolumeId",
  networkVolumeIds: "networkVolumeId",
  networkVolumes: "networkVolumeId",
  allowedCudaVersions: "allowedCudaVersions",
  imageName: "imageName",
  image: "imageName",
  gpuCount: "gpuCount",
  gpu_count: "gpuCount",
  "gpu.count": "gpuCount",
  isServerless: "isServerless",
  serverless: "isServerless",
};

const environmentKeys: ReadonlySet<string> = new Set(["env", "env_vars"]);

/** What they hold is a job's own, whatever its keys are called. */
const jobKeys: ReadonlySet<string> = new Set(["input", "tests"]);

const maxDepth = 12;
const maxNodes = 5000;

/** Every setting of a value, however deep; the first `maxNodes` mappings and lists are looked at. */
function settingsIn(value: unknown, locate: (keys: readonly (string | number)[]) => Location): readonly Setting[] {
  const found: Setting[] = [];
  const open: { readonly value: unknown; readonly keys: readonly (string | number)[] }[] = [{ value, keys: [] }];
  for (let at = 0; at < open.length && at < maxNodes; at++) {
    const { value: node, keys } = open[at] as (typeof open)[number];
    for (const [key, child] of Object.entries(objectOf(node))) {
      const childKeys = [...keys, key];
      const setting = settingKeys[`${keys.at(-1)}.${key}`] ?? settingKeys[key];
      if (setting !== undefined) found.push({ key: setting, value: child, location: locate(childKeys) });
      else if (key === "type") found.push(...typeSetting(child, locate(childKeys)));
      else if (environmentKeys.has(key)) found.push(...variableSettings(child, childKeys, locate));
      else if (!jobKeys.has(key) && keys.length < maxDepth) open.push({ value: child, keys: childKeys });
    }
    listOf(node).forEach((child, i) => open.push({ value: child, keys: [...keys, i] }));
  }
  return found;
}

/** hub.json says `serverless` or `pod`; REST v2 `QUEUE` or `LOAD_BALANCER`; other types are of other things. */
function typeSetting(value: unknown, location: Location): readonly Setting[] {
  if (value === "pod") return [{ key: "isServerless", value: false, location }];
  const isServerless = value === "serverless" || value === "QUEUE" || value === "LOAD_BALANCER";
  return isServerless ? [{ key: "isServerless", value: true, location }] : [];
}

/** `{NAME: value}`, or `[{key: NAME, value}]`. Values are never kept. */
function variableSettings(
  env: unknown,
  keys: readonly (string | number)[],
  locate: (keys: readonly (string | number)[]) => Location,
): readonly Setting[] {
  const named = Object.keys(objectOf(env)).map((name) => ({ name, keys: [...keys, name] }));
  const listed = listOf(env).flatMap((entry, i) => {
    const name = objectOf(entry)["key"];
    return typeof name === "string" ? [{ name, keys: [...keys, i, "key"] }] : [];
  });
  return [...named, ...listed].map(({ name, keys }) => ({ key: "variable", value: name, location: locate(keys) }));
}

/** `name: value` and `name=value` in any language, quoted or escaped: GraphQL, Python and JavaScript alike. */
const loose =
  /\b(gpuIds|containerDiskInGb|executionTimeoutMs|networkVolumeId|imageName|gpuCount|isServerless)\b\\{0,3}["']?[ \t]*[:=][ \t]*(?:\\{0,3}["']([^"'\\\n]{1,300})|(\d{1,12})\b|(true|false)\b)/gi;

function looseSettings(text: string, locate: (line: number) => Location): readonly Setting[] {
  const found: Setting[] = [];
  let line = 1;
  let done = 0;
  for (const match of text.matchAll(loose)) {
    const [, name = "", quoted, number, truth] = match;
    const key = settingKeys[name];
    line += text.slice(done, match.index).split("\n").length - 1;
    done = match.index;
    if (key === undefined) continue;
    // Python writes True.
    const value = quoted ?? number ?? truth?.toLowerCase() === "true";
    found.push({ key, value, location: locate(line) });
  }
  return found;
}
