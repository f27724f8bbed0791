import { posix } from "node:path";
import type { CloneFacts, ImageFacts } from "#facts/image/image-facts.js";
import { locateModule } from "#facts/image/locate-module.js";
import { isBelow } from "#facts/image/stage-files.js";
import { knownProject } from "#knowledge/index.js";
import type { Fix, Report } from "#model/finding.js";
import type { Location } from "#model/location.js";
import type { ImageRule } from "./rule.js";
import { knownClones } from "./shared/clone-installs.js";
import { cloneNamed, foldersHolding, searchesUnknownFolder } from "./shared/absent-import.js";
import { codeInRuns } from "./shared/code-in-runs.js";
import { failureWords, importTime } from "./shared/import-time.js";
import { reachedImports } from "./shared/reached-imports.js";

/** An import of a package that is in the image, in a folder that Python does not search. */
export const pythonpathMissing: ImageRule = {
  scope: "image",
  meta: {
    id: "US304",
    name: "pythonpath-missing",
    level: "error",
    phase: "start",
    summary: "Code imports a package that lies in a folder of the image that is not on Python's search path.",
    seeds: ["S2", "S18"],
    fix: "auto",
  },
  *check(image) {
    for (const { name, at, found, imports } of hiddenPackages(image)) {
      const first = imports[0]!;
      const fix = searched(found.folder, image);
      const { when, functionName } = first;
      const words = when === "build" ? "The build stops here" : failureWords(when, functionName);
      yield {
        message: `${words}: ${name} lies in ${found.folder}, and Python does not look there.`,
        remedy: `Set ENV PYTHONPATH=${found.folder} before it is needed.`,
        at,
        phase: when ?? "job",
        level: when === undefined ? "warning" : "error",
        confidence: found.isSure && when !== undefined && functionName === undefined ? "certain" : "likely",
        evidence: [
          { statement: found.statement, ...(found.location === undefined ? {} : { location: found.location }) },
          ...imports.slice(1).map((each) => ({ statement: `${name} is imported here too.`, location: each.at })),
        ],
        ...(fix === undefined ? {} : { fix }),
      } satisfies Report;
    }
    yield* unsearchedClones(image);
  },
  lookedAt: (image) => {
    const count = reachedImports(image).length;
    return count === 0 ? "" : `${count} imports of reached files`;
  },
};

/** One import that fails. */
interface FailedImport {
  /** First part of `module`. */
  readonly name: string;
  readonly module: string;
  readonly at: Location;
  readonly when: "build" | "start" | "job" | undefined;
  /** Function that it stands in. */
  readonly functionName: string | undefined;
}

/** The one folder that would have to be searched, and why. */
interface Found {
  readonly folder: string;
  readonly statement: string;
  readonly location: Location | undefined;
  /** False: the package is only most likely in that folder. */
  readonly isSure: boolean;
}

/** Packages that imports miss though they are there, each once, its first import in front. */
function hiddenPackages(image: ImageFacts) {
  const byName = new Map<string, FailedImport[]>();
  for (const failed of failedImports(image)) byName.set(failed.name, [...(byName.get(failed.name) ?? []), failed]);
  return [...byName].flatMap(([name, imports]) => {
    const modules = imports.map(({ module }) => module);
    const found = folderOf(name, modules, image);
    const sorted = imports.toSorted((a, b) => order(a) - order(b));
    return found === undefined ? [] : [{ name, at: sorted[0]!.at, found, imports: sorted }];
  });
}

function failedImports(image: ImageFacts): readonly FailedImport[] {
  const reached = (searchesUnknownFolder(image) ? [] : reachedImports(image))
    .filter(({ import: { module }, module: from }) => isNotFound(module, from.imagePath, image))
    .map((each) => ({
      name: topOf(each.import.module),
      module: each.import.module,
      at: each.at,
      when: importTime(each, image),
      functionName: each.import.functionName,
    }));
  const inRuns = codeInRuns(image)
    .filter(({ isDecisive, code, module }) => {
      return isDecisive && code.command.workdir !== undefined && module.addedSearchPaths.length === 0;
    })
    .flatMap(({ code, module }) => {
      const place = posix.join(code.command.workdir ?? "/", "-c");
      return module.imports
        .filter((each) => !each.isGuarded && each.functionName === undefined && !each.module.startsWith("."))
        .filter((each) => isNotFound(each.module, place, image))
        .map((each) => ({
          name: topOf(each.module),
          module: each.module,
          at: { path: code.code.path, line: each.line },
          when: "build" as const,
          functionName: undefined,
        }));
    });
  return [...inRuns, ...reached];
}

/** A base image that is not known may hold it; a clone on the search path too. */
function isNotFound(name: string, from: string, { python, base }: ImageFacts): boolean {
  const found = python.resolveImport(name, from);
  if (found.kind === "absent") return true;
  return found.kind === "unknown" && base?.isWellKnown === true && found.because.startsWith("the image holds packages");
}

/** The folder of a clone of a known project, or the only one of the image that holds what is imported. */
function folderOf(name: string, modules: readonly string[], image: ImageFacts): Found | undefined {
  const clones = image.clones.flatMap((clone) => packageFolder(name, clone) ?? []);
  const folders = new Set(clones.map(({ folder }) => folder));
  if (folders.size > 0) return folders.size === 1 ? clones[0] : undefined;
  const namesakes = foldersHolding(name, image);
  if (namesakes.length === 0) return cloneOfThatName(name, image);
  // A folder without the part that is imported is another package of the same name.
  const [folder, ...more] = namesakes.filter((each) =>
    modules.some((module) => locateModule(module, [each], image.files)?.kind !== "missing"),
  );
  if (folder === undefined) return undefined;
  if (more.length > 0) return undefined;
  const made = image.files.below(folder).find(({ path }) => path.startsWith(posix.join(folder, name)));
  return { folder, statement: `${made?.path ?? folder} is put there here.`, location: made?.location, isSure: true };
}

function packageFolder(name: string, { repository, folder, isInFinalImage, command }: CloneFacts): Found | undefined {
  if (repository === undefined || folder === undefined || !isInFinalImage) return undefined;
  const known = knownProject(repository)?.packages.find((each) => each.name === name);
  if (known === undefined) return undefined;
  const statement = `${repository} is cloned to ${folder} here and holds ${posix.join(known.folder, name)}.`;
  return { folder: posix.join(folder, known.folder), statement, location: command.location, isSure: true };
}

/** A repository nobody knows, called like the package. */
function cloneOfThatName(name: string, image: ImageFacts): Found | undefined {
  const clone = cloneNamed(name, image);
  if (clone?.folder === undefined) return undefined;
  const { folder, command } = clone;
  return { folder, statement: "A repository of that name is cloned here.", location: command.location, isSure: false };
}

/** In front of the first instruction that may need it; an ENV that sets it already is for a person to extend. */
function searched(folder: string, { walk, finalStage, dockerfile, runtimeEnvironment }: ImageFacts): Fix | undefined {
  if (runtimeEnvironment.has("PYTHONPATH") || /\s/.test(folder)) return undefined;
  const first = walk.stages[finalStage.index]?.steps[0];
  if (first === undefined) return undefined;
  const { line } = first.instruction;
  return {
    title: `Put ${folder} on Python's search path`,
    edits: [
      { kind: "lines", path: dockerfile.path, startLine: line, endLine: line - 1, lines: [`ENV PYTHONPATH=${folder}`] },
    ],
  };
}

/** Clones of known projects whose packages nothing imports yet, and that an import would not find. */
function* unsearchedClones(image: ImageFacts): Iterable<Report> {
  const reached = image.python.modules.filter(({ isReachable }) => isReachable);
  // A child process may be given a search path of its own.
  const setsPath = reached.some(({ module }) => module.source.text.includes("PYTHONPATH"));
  if (reached.length === 0 || setsPath || searchesUnknownFolder(image)) return;
  const places = [...reached.map(({ imagePath }) => imagePath), ...image.entry.pythonFiles.map(({ path }) => path)];
  const imported = new Set(
    [...reached.map(({ module }) => module), ...image.python.embedded.map(({ module }) => module)]
      .flatMap(({ imports }) => imports)
      .map(({ module }) => topOf(module)),
  );
  for (const { clone, folder, project } of knownClones(image)) {
    const isInstalled = image.installed.python.some(({ projects }) => projects.some(({ path }) => path === folder));
    if (isInstalled || isStartedIn(folder, image) || project.packages.some(({ name }) => imported.has(name))) continue;
    const hidden = project.packages.find(({ name }) => places.every((place) => isNotFound(name, place, image)));
    if (hidden === undefined) continue;
    const searchedFolder = posix.join(folder, hidden.folder);
    yield {
      message: `${searchedFolder} holds the package ${hidden.name} and is not on Python's search path: scripts run by path find it, an \`import ${hidden.name}\` from elsewhere fails.`,
      remedy: `Set ENV PYTHONPATH=${searchedFolder} before code imports it.`,
      at: clone.command.location,
      level: "note",
      confidence: "possible",
    };
  }
}

/** Python looks in the folder of what it starts, or a start script names the clone in its PYTHONPATH. */
function isStartedIn(folder: string, { entry }: ImageFacts): boolean {
  return (
    entry.pythonFiles.some(({ path }) => isBelow(path, folder)) ||
    entry.commands.some(
      ({ workdir, environment }) =>
        isBelow(workdir ?? folder, folder) || environment.get("PYTHONPATH")?.includes(folder) === true,
    )
  );
}

function topOf(name: string): string {
  return name.split(".")[0] ?? name;
}

function order({ when }: FailedImport): number {
  return when === undefined ? 3 : ["build", "start", "job"].indexOf(when);
}
