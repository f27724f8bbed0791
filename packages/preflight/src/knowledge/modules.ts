import { distributionName } from "./distribution-name.js";
import { dataReader } from "./read-data.js";

const distributionsByModule = dataReader<Readonly<Record<string, readonly string[]>>>("modules");

/**
 * Normalised distributions that bring an importable module, dotted or not; the longest known part of the name decides.
 * Empty: none is known, and the same name is a fair guess.
 */
export function distributionsOfModule(moduleName: string): readonly string[] {
  const known = distributionsByModule();
  for (let name = moduleName; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf(".")))) {
    if (Object.hasOwn(known, name)) return known[name] ?? [];
  }
  return [];
}

/** Modules that a distribution brings where its name differs from theirs; else its name with `_` for `-`. */
export function modulesOfDistribution(distribution: string): readonly string[] {
  const wanted = distributionName(distribution);
  const modules = Object.entries(distributionsByModule()).filter(([, brings]) => brings.includes(wanted));
  return modules.length > 0 ? modules.map(([name]) => name) : [wanted.replaceAll("-", "_")];
}
