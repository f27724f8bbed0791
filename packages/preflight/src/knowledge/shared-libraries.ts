import { distributionName } from "./distribution-name.js";
import { dataReader } from "./read-data.js";

/** A shared library that a distribution loads and does not bring. */
export interface SharedLibraryNeed {
  /** Soname, such as `libGL.so.1`. */
  readonly library: string;
  /** System package by release (`bookworm`, `noble`); `default` for the others. */
  readonly packages: Readonly<Record<string, string>>;
  /** PEP 440 specifier of the versions that need it; absent: all. */
  readonly onlyVersions?: string;
}

interface SharedLibraries {
  readonly needs: Readonly<Record<string, readonly SharedLibraryNeed[]>>;
  readonly brings: { readonly release: string; readonly packages: Readonly<Record<string, readonly string[]>> };
}

const sharedLibraries = dataReader<SharedLibraries>("shared-libraries");

/** Shared libraries that the image must bring for a distribution to be imported. */
export function sharedLibraryNeeds(distribution: string): readonly SharedLibraryNeed[] {
  const { needs } = sharedLibraries();
  const name = distributionName(distribution);
  return Object.hasOwn(needs, name) ? (needs[name] ?? []) : [];
}

/**
 * Packages of `sharedLibraryNeeds` that a system package brings as a hard dependency, as apt's ffmpeg brings libgl1 by way of
 * libavdevice. Measured on Debian 12; other releases are taken to be alike, which errs on the side of silence.
 * @param release codename; names with a `t64` ending are given where the release has them.
 */
export function bringsLibrary(systemPackage: string, release: string | undefined): readonly string[] {
  const { packages } = sharedLibraries().brings;
  const brought = Object.hasOwn(packages, systemPackage) ? (packages[systemPackage] ?? []) : [];
  return release === undefined ? brought : brought.map((name) => nameIn(release, name));
}

function nameIn(release: string, name: string): string {
  for (const need of Object.values(sharedLibraries().needs).flat()) {
    if (need.packages["default"] === name) return need.packages[release] ?? name;
  }
  return name;
}
