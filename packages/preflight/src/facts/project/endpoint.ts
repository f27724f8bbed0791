import type { PreflightConfig } from "#model/config.js";
import type { Location } from "#model/location.js";
import { configPlace } from "./config-place.js";
import {
  codeSettings,
  dataFileSettings,
  documentSettings,
  requestSettings,
  type Setting,
} from "./endpoint-settings.js";
import { listOf, textOf } from "./data-value.js";
import type { DataFile, DocumentFacts, EndpointFacts, ProjectFile } from "./project-facts.js";
import type { ProjectShell } from "./project-shell.js";

/** What the files say of the endpoint. Configuration wins over data files, those over scripts, those over documents. */
export function readEndpoint(
  files: ReadonlyMap<string, ProjectFile>,
  dataFiles: ReadonlyMap<string, DataFile>,
  documents: readonly DocumentFacts[],
  shellOf: ProjectShell,
  config: PreflightConfig,
): EndpointFacts {
  const data = [...dataFiles.values()].flatMap((file) => dataFileSettings(file, files.get(file.path)?.text ?? ""));
  const requests = requestSettings(files, documents, shellOf);
  const levels = [
    configSettings(dataFiles, config),
    data,
    [...requests.scripts, ...codeSettings(files)],
    [...requests.documents, ...documents.flatMap(documentSettings)],
  ];
  const all = levels.flat();
  return {
    gpuPools: levels.map(gpuPools).find((pools) => pools.length > 0) ?? [],
    containerDiskGB: firstNumber(all, "containerDiskInGb", 1),
    executionTimeoutSeconds: firstNumber(all, "executionTimeoutMs", 1 / 1000),
    ttlSeconds: firstNumber(all, "ttlMs", 1 / 1000),
    environment: variables(levels.slice(0, 3).flat()),
    networkVolume: all.find((setting) => setting.key === "networkVolumeId" && isGiven(setting.value))?.location,
    allowedCudaVersions: cudaVersions(all),
    imageReferences: all.flatMap(imageReference),
    gpuCount: firstNumber(all, "gpuCount", 1),
    isServerless: first(all, "isServerless", (value) => (typeof value === "boolean" ? value : undefined)),
  };
}

function configSettings(dataFiles: ReadonlyMap<string, DataFile>, config: PreflightConfig): readonly Setting[] {
  const setting = (name: string, key: Setting["key"], value: unknown) => ({
    key,
    value,
    location: configPlace(dataFiles, [name]),
  });
  const { executionTimeoutSeconds: seconds, target } = config;
  return [
    setting("gpuPools", "gpuIds", config.gpuPools),
    setting("containerDiskGB", "containerDiskInGb", config.containerDiskGB),
    setting("executionTimeoutSeconds", "executionTimeoutMs", seconds === undefined ? undefined : seconds * 1000),
    setting("target", "isServerless", target === undefined ? undefined : target !== "pod"),
    ...config.endpointEnvironment.map((name) => setting("endpointEnvironment", "variable", name)),
  ];
}

interface Placed<Value> {
  readonly value: Value;
  readonly location: Location;
}

function first<Value>(
  settings: readonly Setting[],
  key: Setting["key"],
  read: (value: unknown) => Value | undefined,
): Placed<Value> | undefined {
  for (const setting of settings) {
    const value = setting.key === key ? read(setting.value) : undefined;
    if (value !== undefined) return { value, location: setting.location };
  }
  return undefined;
}

function firstNumber(settings: readonly Setting[], key: Setting["key"], factor: number): Placed<number> | undefined {
  return first(settings, key, (value) => {
    const number = textOf(value) === undefined || value === "" ? Number.NaN : Number(value);
    return Number.isFinite(number) && number > 0 ? number * factor : undefined;
  });
}

/** `AMPERE_24,-NVIDIA L4`: a name behind `-` is taken out of the pools. */
function gpuPools(settings: readonly Setting[]): EndpointFacts["gpuPools"] {
  return settings
    .filter(({ key }) => key === "gpuIds")
    .flatMap(({ value, location }) => words(value).map((id) => ({ id, location })))
    .filter(({ id }) => /^[A-Z][A-Z0-9_]*$/.test(id));
}

function variables(settings: readonly Setting[]): ReadonlyMap<string, Location> {
  const found = new Map<string, Location>();
  for (const { key, value, location } of settings) {
    if (key === "variable" && typeof value === "string" && !found.has(value)) found.set(value, location);
  }
  return found;
}

/** References with a variable or a placeholder in them name no image. */
function imageReference({ key, value, location }: Setting): EndpointFacts["imageReferences"] {
  if (key !== "imageName" || typeof value !== "string") return [];
  return /^[\w.-]+(?::\d+)?(?:\/[\w.-]+)*(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.test(value)
    ? [{ reference: value, location }]
    : [];
}

function cudaVersions(settings: readonly Setting[]): EndpointFacts["allowedCudaVersions"] {
  const found = first(settings, "allowedCudaVersions", (value) => {
    const versions = words(value).filter((version) => /^\d+\.\d+$/.test(version));
    return versions.length > 0 ? versions : undefined;
  });
  return found === undefined ? undefined : { values: found.value, location: found.location };
}

/** A list, or a text with commas. */
function words(value: unknown): readonly string[] {
  const list = typeof value === "string" ? value.split(",") : listOf(value).map((entry) => textOf(entry) ?? "");
  return list.map((word) => word.trim());
}

/** A variable counts: a volume is attached, whatever its id. */
function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : typeof value === "string" && value !== "";
}
