import { dataReader } from "./read-data.js";
import { codename, isSince } from "./releases.js";

/** What became of a system package that is gone. */
export interface RenamedSystemPackage {
  readonly replacement: string;
  /** Codename of the first release without it: `trixie`, `mantic`. */
  readonly since: string;
}

interface Renamed {
  readonly replacement: string;
  readonly goneIn: Readonly<Partial<Record<"debian" | "ubuntu", string>>>;
}

const renamed = dataReader<Readonly<Record<string, Renamed>>>("system-packages");

/**
 * The name that took over from a system package, when apt of that release can no longer install the old one.
 * @param release codename (`bookworm`) or number (`12`, `24.04`); undefined: unknown, nothing is said.
 */
export function renamedSystemPackage(
  name: string,
  distribution: string | undefined,
  release: string | undefined,
): RenamedSystemPackage | undefined {
  if ((distribution !== "debian" && distribution !== "ubuntu") || release === undefined) return undefined;
  const entry = Object.hasOwn(renamed(), name) ? renamed()[name] : undefined;
  const since = entry?.goneIn[distribution];
  const known = codename(distribution, release);
  if (entry === undefined || since === undefined || known === undefined) return undefined;
  return isSince(distribution, known, since) ? { replacement: entry.replacement, since } : undefined;
}
