import { posix } from "node:path";
import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { PythonImport } from "#facts/python/module.js";
import type { Evidence, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import {
  foldersHolding,
  isClosed,
  isUnheardOf,
  projectFilesOf,
  searchesUnknownFolder,
} from "./shared/absent-import.js";
import { failureWords, importTime } from "./shared/import-time.js";
import { installsAtStart } from "./shared/installs-at-start.js";

/** The project's own code imports a module of its own that is not in the image, or is there under another name. */
export const localModuleMissing: ImageRule = {
  scope: "image",
  meta: {
    id: "US305",
    name: "local-module-missing",
    level: "error",
    phase: "start",
    summary: "Code that the start command reaches imports a module of the project that is not in the image.",
    seeds: ["S113", "S125"],
    fix: "by-hand",
  },
  *check(image) {
    if (image.project.isListingCut || searchesUnknownFolder(image)) return;
    const reported = new Set<string>();
    for (const module of image.python.modules) {
      if (!module.isReachable) continue;
      for (const each of module.module.imports) {
        const report = missing(module, each, image);
        const key = `${module.imagePath} ${each.module} ${report?.level}`;
        if (report === undefined || reported.has(key)) continue;
        reported.add(key);
        yield report;
      }
    }
  },
  lookedAt: (image) => {
    const count = image.python.modules.filter(({ isReachable }) => isReachable).length;
    return count === 0 ? "" : `the imports of ${count} reached files`;
  },
};

function missing(module: ImageModule, each: PythonImport, image: ImageFacts): Report | undefined {
  if (image.python.resolveImport(each.module, module.imagePath).kind !== "absent") return undefined;
  const isRelative = each.module.startsWith(".");
  const name = each.module.replace(/^\.+/, "");
  const files = projectFilesOf(name, image).filter((path) => isOwn(path, image));
  // US304 tells of what lies in another folder, US307 of packages.
  if (!isRelative && foldersHolding(name, image).length > 0) return undefined;
  if (!isRelative && files.length === 0 && (!isUnheardOf(name) || each.isGuarded)) return undefined;
  const at = { path: module.projectPath ?? module.module.source.path, line: each.line };
  const evidence = evidenceFor(module, files, image);
  const [file] = files;
  const remedy = file === undefined ? `Add ${name}.py to the project and the image.` : copyOf(file, name, image);
  if (each.isGuarded) {
    const message = `${name} is never there, so that the fallback is always taken: the image has no file of that name.`;
    return { message, remedy, at, level: "note", evidence };
  }
  const when = importTime({ module, import: each }, image);
  const isSure = files.length > 0 || isRelative || (isClosed(image) && !installsAtStart(image));
  const missed = `${name} is imported here, and ${file === undefined ? "no file or package of the image" : "no file of the image"} has that name`;
  return {
    message: `${failureWords(when, each.functionName)}: ${missed}.`,
    remedy,
    at,
    phase: when ?? "job",
    level: !isSure ? "note" : when === undefined ? "warning" : "error",
    confidence: !isSure ? "possible" : each.functionName === undefined ? "certain" : "likely",
    evidence,
  };
}

/** Tests and examples are no part of the product. */
function isOwn(path: string, { project }: ImageFacts): boolean {
  return !path.split("/").some((part) => project.config.testFolders.includes(part));
}

function evidenceFor(module: ImageModule, files: readonly string[], image: ImageFacts): readonly Evidence[] {
  return [
    { statement: `It is reached by way of ${module.reachedBy.join(" -> ")}.` },
    ...files.slice(0, 3).map((path) => {
      const copy = copiesOf(path, image)[0];
      return copy === undefined
        ? { statement: `The project has ${path}, and no COPY brings it.` }
        : { statement: `${path} is in the image as ${copy.path}.`, location: copy.location };
    }),
  ];
}

function copyOf(file: string, name: string, image: ImageFacts): string {
  const target = `${name.split(".").at(-1)}.py`;
  const copies = copiesOf(file, image);
  return copies.length === 0
    ? `COPY ${file} into the image.`
    : `COPY ${posix.basename(file)} under the name ${target} too.`;
}

function copiesOf(projectPath: string, { files, context }: ImageFacts) {
  return files.paths.filter(
    ({ origin }) => origin.kind === "copied" && posix.join(context.folder, origin.contextPath) === projectPath,
  );
}
