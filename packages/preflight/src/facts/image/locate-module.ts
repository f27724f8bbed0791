import { posix } from "node:path";
import type { VirtualFiles } from "./image-facts.js";

/** Where an import leads on a search path. */
export type LocatedModule =
  /** `packages`: `__init__.py` files on the way, which run first. */
  | { readonly kind: "file"; readonly path: string; readonly packages: readonly string[] }
  /** A namespace package: a folder without `__init__.py` (PEP 420). */
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "unknown"; readonly because: string; readonly path: string }
  /** Its first part is there, and the rest is not below it. */
  | { readonly kind: "missing"; readonly package: string };

/**
 * Looks a dotted module name up as CPython's path finder does: the first folder of the search path that has a module
 * or a regular package wins; folders without `__init__.py` only count when none has.
 */
export function locateModule(
  name: string,
  searchPath: readonly string[],
  files: VirtualFiles,
): LocatedModule | undefined {
  const [top = "", ...rest] = name.split(".");
  let folder: string | undefined;
  let unknown: LocatedModule | undefined;
  for (const root of searchPath) {
    const found = step(posix.join(root, top), files);
    if (found?.kind === "file") return descend(found, rest, files);
    if (found?.kind === "unknown") unknown ??= found;
    if (found?.kind === "folder") {
      const inside = rest.length === 0 ? undefined : descend(found, rest, files);
      if (inside !== undefined && inside.kind !== "missing") return inside;
      folder ??= found.path;
    }
  }
  if (unknown !== undefined) return unknown;
  if (folder === undefined) return undefined;
  return rest.length === 0 ? { kind: "folder", path: folder } : { kind: "missing", package: folder };
}

type Step = Exclude<LocatedModule, { kind: "missing" }>;

function descend(from: Step, parts: readonly string[], files: VirtualFiles): LocatedModule {
  let at = from;
  for (const part of parts) {
    if (at.kind === "unknown") return at;
    const packages = at.kind === "file" ? [...at.packages, at.path] : [];
    if (at.kind === "file" && posix.basename(at.path) !== "__init__.py") return { kind: "missing", package: at.path };
    const folder = at.kind === "file" ? posix.dirname(at.path) : at.path;
    const next = step(posix.join(folder, part), files);
    if (next === undefined) return { kind: "missing", package: folder };
    at = next.kind === "file" ? { ...next, packages } : next;
  }
  return at;
}

/** Each import asks for the same few folders again. */
const knownSteps = new WeakMap<VirtualFiles, Map<string, Step | undefined>>();

function step(base: string, files: VirtualFiles): Step | undefined {
  const known = knownSteps.get(files) ?? new Map<string, Step | undefined>();
  knownSteps.set(files, known);
  if (!known.has(base)) known.set(base, findStep(base, files));
  return known.get(base);
}

function findStep(base: string, files: VirtualFiles): Step | undefined {
  for (const path of [`${base}/__init__.py`, `${base}.py`]) {
    const presence = files.find(path);
    if (presence.kind === "present" || (presence.kind === "unknown" && isFile(presence.made))) {
      return { kind: "file", path: files.resolve(path), packages: [] };
    }
  }
  const folder = files.find(base);
  if (folder.kind === "present") {
    const { kind } = folder.made.origin;
    if (kind === "folder") return { kind, path: base };
    if (kind === "cloned") return { kind: "unknown", because: "a clone", path: base };
  }
  for (const presence of [folder, files.find(`${base}.py`)]) {
    if (presence.kind === "unknown") return { kind: "unknown", because: presence.because, path: base };
  }
  return undefined;
}

function isFile(made: { readonly origin: { readonly kind: string } } | undefined): boolean {
  return made !== undefined && made.origin.kind !== "folder" && made.origin.kind !== "cloned";
}
