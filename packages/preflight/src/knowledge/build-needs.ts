import { distributionName } from "./distribution-name.js";
import { dataReader } from "./read-data.js";
import { compareVersions } from "./version.js";

/** A thing that building from source asks for. */
export type BuildTool = "compiler" | "headers" | "cmake" | "nvcc" | "git" | "rust" | "pkg-config";

/** What installing a distribution asks of the image, since no wheel exists. */
export interface BuildNeed {
  readonly tools: readonly BuildTool[];
  /** One sentence. */
  readonly reason: string;
}

interface KnownBuildNeed extends BuildNeed {
  /** `<1.0`: versions from that bound on have a wheel. */
  readonly onlyVersions?: `<${string}`;
}

const knownBuildNeeds = dataReader<Readonly<Record<string, readonly KnownBuildNeed[]>>>("build-needs");

/**
 * What a distribution needs to be built, or undefined when a wheel for Linux x86-64 exists or nothing is known.
 * @param version exact version when known; undefined: the newest is installed.
 */
export function buildNeeds(distribution: string, version?: string): BuildNeed | undefined {
  const name = distributionName(distribution);
  const known = Object.hasOwn(knownBuildNeeds(), name) ? (knownBuildNeeds()[name] ?? []) : [];
  const need = known.find(({ onlyVersions }) => isBelow(version, onlyVersions));
  return need && { tools: need.tools, reason: need.reason };
}

function isBelow(version: string | undefined, bound: `<${string}` | undefined): boolean {
  return bound === undefined || (version !== undefined && compareVersions(version, bound.slice(1)) < 0);
}
