import { distributionName } from "./distribution-name.js";
import { dataReader } from "./read-data.js";

/** A name that a release took away. */
export interface RemovedApi {
  /** Program (`huggingface-cli`), module (`moviepy.editor`) or dotted name (`numpy.float`). */
  readonly name: string;
  readonly kind: "program" | "module" | "name";
  readonly distribution: string;
  /** First version without it. */
  readonly removedIn: string;
  /** What to use, a few words. */
  readonly replacement: string;
}

/** A name that is there only from a version on. */
export interface ApiFloor {
  /** Dotted: `diffusers.FluxKontextPipeline`. */
  readonly name: string;
  readonly distribution: string;
  /** First version with it. */
  readonly since: string;
}

/** Versions of a distribution that a published fault hits. */
export interface KnownBadVersions {
  readonly distribution: string;
  /** PEP 440 specifier, `>=1.7.11,<1.10.1`. */
  readonly versions: string;
  /** When it hurts; `always` otherwise. */
  readonly when: "always" | "network-volume";
  /** One sentence. */
  readonly reason: string;
  /** A specifier that avoids it. */
  readonly use: string;
}

/** Python that versions of a distribution need. */
export interface PythonFloor {
  readonly distribution: string;
  /** First version with this floor. */
  readonly since: string;
  /** `3.10`. */
  readonly python: string;
}

interface RemovedTables {
  readonly removed: readonly RemovedApi[];
  readonly floors: readonly ApiFloor[];
  readonly knownBad: readonly KnownBadVersions[];
  readonly pythonFloors: readonly PythonFloor[];
}

const tables = dataReader<RemovedTables>("removed");

/** A removed program, module or dotted Python name. */
export function removedApi(name: string): RemovedApi | undefined {
  return tables().removed.find((api) => api.name === name);
}

/** The first version that has a dotted Python name; undefined: no floor is known. */
export function apiFloor(name: string): ApiFloor | undefined {
  return tables().floors.find((floor) => floor.name === name);
}

/** Known-bad versions of a distribution. */
export function knownBadVersions(distribution: string): readonly KnownBadVersions[] {
  return tables().knownBad.filter((bad) => bad.distribution === distributionName(distribution));
}

/** Python floors of a distribution, oldest first. */
export function pythonFloors(distribution: string): readonly PythonFloor[] {
  return tables().pythonFloors.filter((floor) => floor.distribution === distributionName(distribution));
}
