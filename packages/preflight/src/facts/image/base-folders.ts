import type { BaseImage } from "#knowledge/index.js";
import { isBelow } from "./stage-files.js";

/** Folders that every Linux image fills (Filesystem Hierarchy Standard 3.0); the others come empty or not at all. */
const systemFolders = [
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/opt",
  "/proc",
  "/root",
  "/run",
  "/sbin",
  "/sys",
  "/usr",
  "/var",
];

/** Folders that are there in every Linux image: a file copied to one of them goes inside. */
const standardFolders = new Set([
  ...systemFolders,
  "/home",
  "/media",
  "/mnt",
  "/srv",
  "/tmp",
  "/usr/bin",
  "/usr/lib",
  "/usr/local",
  "/usr/local/bin",
  "/usr/local/lib",
  "/usr/local/share",
  "/usr/sbin",
  "/usr/share",
  "/var/lib",
  "/var/log",
  "/var/tmp",
]);

/** Families that put scripts of their own into `/`, such as `/start.sh` (runpod/containers). */
const familiesWithOwnScripts = ["runpod/"];

/**
 * Says why a path may come with the base image, or undefined when it does not.
 * @param reference undefined: `FROM scratch`.
 */
export function baseTreeOf(
  reference: string | undefined,
  base: BaseImage | undefined,
): (path: string) => string | undefined {
  if (reference === undefined) return () => undefined;
  const because = `the base image ${reference}`;
  const isPlain =
    base !== undefined && base.isWellKnown && !familiesWithOwnScripts.some((family) => base.family.startsWith(family));
  if (!isPlain) return () => because;
  const workdir = base.workdir === undefined || base.workdir === "/" ? [] : [base.workdir];
  const folders = [...systemFolders, ...workdir];
  return (path) => (folders.some((folder) => isBelow(path, folder)) ? because : undefined);
}

/** True for a folder that every Linux image has. */
export function isStandardFolder(path: string): boolean {
  return standardFolders.has(path);
}
