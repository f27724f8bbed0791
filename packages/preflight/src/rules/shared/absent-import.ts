import { posix } from "node:path";
import type { CloneFacts, ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import { broughtBy, dependenciesOf, distributionsOfModule } from "#knowledge/index.js";
import { joined } from "./only-tried.js";

/** Where a module lies in the image though no search path leads there: the folders that would have to be on one. */
export function foldersHolding(moduleName: string, { files }: ImageFacts): readonly string[] {
  const parts = moduleName.split(".");
  const top = parts[0] ?? "";
  if (!/^\w+$/.test(top)) return [];
  const folders = files.paths.flatMap(({ path, origin }) => {
    if (origin.kind === "folder") return [];
    if (path.endsWith(`/${top}.py`)) return parts.length === 1 ? [posix.dirname(path)] : [];
    return path.endsWith(`/${top}/__init__.py`) ? [posix.dirname(posix.dirname(path))] : [];
  });
  return [...new Set(folders)];
}

/** The clone in the final image whose repository is called like the module: it most likely holds a package of that name. */
export function cloneNamed(moduleName: string, { clones }: ImageFacts): CloneFacts | undefined {
  const top = (moduleName.split(".")[0] ?? "").toLowerCase().replaceAll("_", "-");
  const isNamed = (url: string): boolean =>
    posix.basename(url, ".git").toLowerCase().replaceAll("_", "-") === top && top !== "";
  return clones.find(({ url, folder, isInFinalImage }) => isInFinalImage && folder !== undefined && isNamed(url));
}

/** Files of the project that would be the module, a package's `__init__.py` among them. */
export function projectFilesOf(moduleName: string, { project }: ImageFacts): readonly string[] {
  const path = moduleName.replaceAll(".", "/");
  if (!/^[\w/]+$/.test(path)) return [];
  return [...project.files.keys()].filter((each) =>
    [`${path}.py`, `${path}/__init__.py`].some((end) => each === end || each.endsWith(`/${end}`)),
  );
}

/** Whether a name could only be a module of the project: no distribution of that name is known. */
export function isUnheardOf(moduleName: string): boolean {
  const top = moduleName.split(".")[0] ?? moduleName;
  const name = top.toLowerCase().replaceAll("_", "-");
  return distributionsOfModule(top).length === 0 && dependenciesOf(name) === undefined && broughtBy(name).length === 0;
}

/** Whether everything that is installed is known with what it brings: a package that nobody named cannot hide there. */
export function isClosed({ installed, base }: ImageFacts): boolean {
  if (installed.isOpen || base?.isWellKnown !== true) return false;
  return [...installed.distributions.keys()].every((name) => dependenciesOf(name) !== undefined);
}

/**
 * Whether reached code puts a folder on `sys.path` that nobody can name: any module may lie in it. A `site-packages`
 * folder holds installed packages, none of the project's own modules.
 */
export function searchesUnknownFolder({ python }: ImageFacts): boolean {
  return python.modules
    .filter(({ isReachable }) => isReachable)
    .flatMap(({ module }) => module.addedSearchPaths)
    .some(({ path }) => path.kind !== "text" || !/^(?:\{__file__\})?[^{]*$|\/(?:site|dist)-packages$/.test(path.text));
}

/** Whether `from a import b` means a module b of the package a. */
export function isModuleOfPackage(moduleName: string, name: string, from: ImageModule, image: ImageFacts): boolean {
  return image.python.resolveImport(joined(moduleName, name), from.imagePath).kind !== "absent";
}
