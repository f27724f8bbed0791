import type { ImageFacts } from "#facts/image/image-facts.js";
import { broughtBy, dependenciesOf, distributionsOfModule } from "#knowledge/index.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { cloneNamed } from "./shared/absent-import.js";
import { bringersOf, mayHold } from "./shared/distribution-presence.js";
import { installsAtStart } from "./shared/installs-at-start.js";
import { type ReachedImport, reachedImports } from "./shared/reached-imports.js";

/** Code that runs imports a package that neither the build nor the base image installs. */
export const packageMissing: ImageRule = {
  scope: "image",
  meta: {
    id: "US307",
    name: "package-missing",
    level: "error",
    phase: "start",
    summary: "Code that the start command reaches imports a package that is never installed.",
    seeds: ["S7", "S41", "S89", "S112"],
    fix: "auto",
  },
  *check(image) {
    const byPackage = new Map<string, ReachedImport[]>();
    for (const reached of reachedImports(image)) {
      if (!isMissing(reached, image)) continue;
      const name = preferred(reached.import.module);
      byPackage.set(name, [...(byPackage.get(name) ?? []), reached]);
    }
    if (byPackage.size === 0 || installsAtStart(image)) return;
    for (const [name, imports] of byPackage) yield missing(name, imports, image);
  },
  lookedAt: (image) => {
    const count = reachedImports(image).length;
    return count === 0 ? "" : `${count} imports of reached files`;
  },
};

/** A name that no table knows may be a module of the project's own: another rule asks for those. */
function isMissing({ import: { module }, module: from }: ReachedImport, image: ImageFacts): boolean {
  const top = module.split(".")[0] ?? module;
  const names = bringersOf(module);
  const isKnown =
    distributionsOfModule(top).length > 0 ||
    names.some((name) => dependenciesOf(name) !== undefined || broughtBy(name).length > 0);
  if (!isKnown || image.python.resolveImport(module, from.imagePath).kind !== "absent") return false;
  // A clone of that name is off the search path: US304 says so.
  return cloneNamed(top, image) === undefined && !names.some((name) => mayHold(image, name));
}

/** A worker shows no windows: cv2 without them needs no libGL. */
function preferred(moduleName: string): string {
  const names = bringersOf(moduleName);
  return names.find((name) => name.endsWith("-headless")) ?? names[0] ?? moduleName;
}

function missing(name: string, imports: readonly ReachedImport[], image: ImageFacts): Report {
  const first = imports.find(({ import: { functionName } }) => functionName === undefined) ?? imports[0]!;
  const { module, functionName } = first.import;
  const isAtStart = functionName === undefined;
  const fix = added(name, image);
  return {
    message: isAtStart
      ? `The worker dies at start: ${module} is imported here and ${name} is never installed.`
      : `${functionName}() fails when it runs: it imports ${module}, and ${name} is never installed.`,
    remedy: `Install ${name} in the image.`,
    at: first.at,
    level: isAtStart ? "error" : "warning",
    phase: isAtStart ? "start" : "job",
    confidence: isAtStart ? "certain" : "likely",
    evidence: [
      { statement: `It is reached by way of ${first.module.reachedBy.join(" -> ")}.` },
      { statement: `The base image ${image.baseReference ?? ""} does not bring it.` },
      ...imports
        .filter((each) => each !== first)
        .map(({ at, import: each }) => ({ statement: `${each.module} is imported here too.`, location: at })),
    ],
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Behind the last requirement that the final image installs from a file of its own. */
function added(name: string, { installed, project }: ImageFacts): Fix | undefined {
  const last = installed.python
    .filter(({ isInFinalImage }) => isInFinalImage)
    .flatMap(({ requirements }) => requirements)
    .findLast(({ requirementsFile }) => requirementsFile?.endsWith(".txt") === true);
  if (last === undefined || !project.files.has(last.location.path)) return undefined;
  const { path, line } = last.location;
  return {
    title: `Add ${name} to ${path}`,
    edits: [{ kind: "lines", path, startLine: line + 1, endLine: line, lines: [name] }],
  };
}
