import { createHash } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { copyPrograms } from "./copy-programs.js";
import { LocalPostgresError } from "./error.js";
import { type BinaryPackage, majorOf } from "./find-package.js";
import { linkLibraries } from "./link-libraries.js";
import type { Place } from "./place.js";
import { canEveryoneReach } from "./trusted-folder.js";

/** Programs that are ready to run. */
export interface Programs {
  readonly major: number;
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  /** The whole environment they get: nothing of ours, which holds keys. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Makes the package's programs runnable without its install script: the links from library names to files that npm
 * cannot carry are made in our own folder. The programs are copied first where they cannot be used in place.
 * @throws LocalPostgresError `no-binaries`, `folder-unusable`.
 */
export async function preparePrograms(found: BinaryPackage, place: Place): Promise<Programs> {
  const { native: original, version } = found;
  const suffix = process.platform === "win32" ? ".exe" : "";
  const programsIn = (native: string) => ({
    initdb: join(native, "bin", `initdb${suffix}`),
    pgCtl: join(native, "bin", `pg_ctl${suffix}`),
    postgres: join(native, "bin", `postgres${suffix}`),
  });
  await expectFiles(Object.values(programsIn(original)));
  const major = majorOf(version);
  if (!(await canRunInPlace(original, place))) {
    return { major, ...programsIn(await copyPrograms(found, place)), env: environment({}) };
  }
  const links = join(place.folder, `lib-${hashOf(original)}`);
  await linkLibraries(original, join(original, "lib"), links);
  return { major, ...programsIn(original), env: environment({ LD_LIBRARY_PATH: `${links}:${join(original, "lib")}` }) };
}

/**
 * macOS removes DYLD_LIBRARY_PATH when a program goes through /bin/sh, as initdb's call of postgres does; in a copy the
 * links lie beside the libraries, where the programs look by themselves. initdb also puts the path between double
 * quotes of a shell, and LD_LIBRARY_PATH splits at `:` and `;`.
 */
async function canRunInPlace(native: string, { identity }: Place): Promise<boolean> {
  if (process.platform === "win32") return true;
  if (process.platform === "darwin" || /["$\\`:;]/.test(native)) return false;
  return identity === undefined || (await canEveryoneReach(join(native, "bin")));
}

async function expectFiles(files: readonly string[]): Promise<void> {
  for (const file of files) {
    await access(file).catch(() => {
      throw new LocalPostgresError(
        "no-binaries",
        `${file} is missing.`,
        "Install the packages again, or set DATABASE_URL to a server of your own.",
      );
    });
  }
}

function environment(own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (process.platform !== "win32") return { LC_ALL: "C", TZ: "UTC", PATH: "/usr/bin:/bin", ...own };
  const kept = ["SystemRoot", "SystemDrive", "PATH", "TEMP", "TMP"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { TZ: "UTC", ...Object.fromEntries(kept) };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
