import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { PythonImport } from "#facts/python/module.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { isModuleOfPackage } from "./shared/absent-import.js";
import { failureWords, importTime } from "./shared/import-time.js";

/** `from m import x` where the file that is m in the image has no x. */
export const importedNameMissing: ImageRule = {
  scope: "image",
  meta: {
    id: "US306",
    name: "imported-name-missing",
    level: "error",
    phase: "start",
    summary: "Code imports a name from a file of the image that does not define it.",
    seeds: ["S111", "S125"],
    fix: "by-hand",
  },
  *check(image) {
    for (const module of image.python.modules) {
      if (!module.isReachable) continue;
      for (const each of module.module.imports) {
        const source = each.names === undefined ? undefined : sourceOf(module, each, image);
        if (source === undefined) continue;
        const names = (each.names ?? []).filter((name) => isMissing(name, source, each, module, image));
        if (names.length > 0) yield missing(names, source, each, module, image);
      }
    }
  },
  lookedAt: (image) => {
    const reached = image.python.modules.filter(({ isReachable }) => isReachable);
    const count = reached.flatMap(({ module }) => module.imports.filter(({ names }) => names !== undefined)).length;
    return count === 0 ? "" : `${count} imports of names`;
  },
};

/** The file that an import reads; undefined when it is outside the image's own files, or may define names unseen. */
function sourceOf(module: ImageModule, each: PythonImport, { python }: ImageFacts): ImageModule | undefined {
  const found = python.resolveImport(each.module, module.imagePath);
  if (found.kind !== "module" || found.module === module) return undefined;
  const { tree, hasDynamicNames } = found.module.module;
  return tree === undefined || hasDynamicNames ? undefined : found.module;
}

function isMissing(
  name: string,
  source: ImageModule,
  each: PythonImport,
  from: ImageModule,
  image: ImageFacts,
): boolean {
  if (name === "*" || /^__\w+__$/.test(name) || source.module.definitions.has(name)) return false;
  return !source.imagePath.endsWith("/__init__.py") || !isModuleOfPackage(each.module, name, from, image);
}

function missing(
  names: readonly string[],
  source: ImageModule,
  each: PythonImport,
  module: ImageModule,
  image: ImageFacts,
): Report {
  const at = { path: module.projectPath ?? module.module.source.path, line: each.line };
  const file = source.projectPath ?? source.imagePath;
  const listed = names.join(", ");
  const definer = definerOf(names, source, image);
  const shared = {
    remedy: definer === undefined ? `Define ${listed} in ${file}, or drop the import.` : `Import from ${definer}.`,
    at,
    evidence: [
      {
        statement: `${each.module} is ${source.imagePath} in the image, copied from ${file}.`,
        location: { path: source.module.source.path, line: 1 },
      },
      { statement: `It is reached by way of ${module.reachedBy.join(" -> ")}.` },
    ],
  };
  if (each.isGuarded) {
    const message = `${file} has no ${listed}, so that the fallback is always taken.`;
    return { ...shared, message, level: "note" };
  }
  const when = importTime({ module, import: each }, image);
  return {
    ...shared,
    message: `${failureWords(when, each.functionName)}: ${file} has no ${listed}.`,
    phase: when ?? "job",
    level: when === undefined ? "warning" : "error",
    confidence: each.functionName === undefined ? "certain" : "likely",
  };
}

/** Another file of the project that defines all of them. */
function definerOf(names: readonly string[], source: ImageModule, { project }: ImageFacts): string | undefined {
  const found = [...project.files].filter(([path, { text }]) => {
    if (!path.endsWith(".py") || path === source.projectPath) return false;
    if (!names.every((name) => text?.includes(name) === true)) return false;
    const definitions = project.pythonModule(path)?.definitions;
    return definitions !== undefined && names.every((name) => definitions.has(name));
  });
  return found.length === 1 ? found[0]?.[0] : undefined;
}
