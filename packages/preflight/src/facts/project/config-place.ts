import type { Location } from "#model/location.js";
import type { DataFile } from "./project-facts.js";

/** Where the project's own configuration says a thing; its usual name when the file was given from elsewhere. */
export function configPlace(dataFiles: ReadonlyMap<string, DataFile>, keys: readonly (string | number)[]): Location {
  const path = configNames.find((name) => dataFiles.has(name));
  if (path === undefined) return { path: "preflight.config.json", line: 1 };
  return { path, line: dataFiles.get(path)?.lineOf(keys) ?? 1 };
}

const configNames = ["preflight.config.json", "preflight.config.yaml", "preflight.config.yml"];
