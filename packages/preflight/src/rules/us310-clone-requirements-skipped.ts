import { posix } from "node:path";
import type { ImageFacts } from "#facts/image/image-facts.js";
import { isStandardLibrary } from "#facts/python/standard-library.js";
import { broughtBy, type KnownRequirementFile, type KnownScript } from "#knowledge/index.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { isScriptRun, type KnownClone, knownClones } from "./shared/clone-installs.js";
import { bringersOf, mayHold } from "./shared/distribution-presence.js";
import { installsAtStart } from "./shared/installs-at-start.js";
import { finalSystem } from "./shared/stage-system.js";

/** A cloned project's code is there, and what it needs is not. */
export const cloneRequirementsSkipped: ImageRule = {
  scope: "image",
  meta: {
    id: "US310",
    name: "clone-requirements-skipped",
    level: "error",
    phase: "job",
    summary: "A known project is cloned and packages that it imports are never installed.",
    seeds: ["S37", "S41"],
    fix: "auto",
  },
  *check(image) {
    if (image.base?.isWellKnown !== true || installsAtStart(image)) return;
    for (const known of knownClones(image)) {
      const report = reportOf(known, image);
      if (report !== undefined) yield report;
    }
  },
  lookedAt: (image) => {
    const names = knownClones(image).map(({ project }) => project.repository);
    return names.length === 0 ? "" : `clones of ${names.join(", ")}`;
  },
};

function reportOf(known: KnownClone, image: ImageFacts): Report | undefined {
  const { project, skipped, clone } = known;
  if (skipped.length === 0 || hasOtherUnread(known, image)) return undefined;
  const files = project.requirementFiles.filter((file) => !skipped.includes(file));
  const listed = new Set(files.flatMap(({ requirements }) => requirements.map(({ name }) => name)));
  const isMissing = (name: string): boolean =>
    !mayHold(image, name) && ![name, ...broughtBy(name)].some((each) => listed.has(each));
  const run = project.scripts.filter(({ path, imports }) => imports !== undefined && isScriptRun(path, image));
  const scripts = run.filter((each) => lacking(each, isMissing).length > 0);
  if (scripts.length > 0) {
    const names = new Set(scripts.flatMap((each) => lacking(each, isMissing)));
    return report(known, [...names], image, scripts);
  }
  if (run.length > 0 || files.length > 0) return undefined;
  const main = project.requirementFiles[0]?.requirements.map(({ name }) => name) ?? [];
  const missing = main.filter(isMissing);
  if (missing.length === 0 || clone.stageIndex !== image.finalStage.index) return undefined;
  const isPicked = missing.length * 2 < main.length;
  return { ...report(known, missing, image), ...(isPicked ? leftOut : {}) };
}

/** Who installs most of a list by hand may leave out on purpose what only its user interface or training needs. */
const leftOut = { level: "note", confidence: "possible" } as const;

/** An install that nobody can read, and that is not of the clone itself, may bring anything. */
function hasOtherUnread({ folder }: KnownClone, { installed }: ImageFacts): boolean {
  return installed.python.some(
    ({ unreadRequirements, projects, options }) =>
      unreadRequirements.some((path) => !isBelow(path, folder)) ||
      (!options.has("--no-deps") && projects.some(({ path }) => !isBelow(path, folder))),
  );
}

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Modules that a script imports when it starts and nothing brings, by distribution. */
function lacking({ imports = [] }: KnownScript, isMissing: (name: string) => boolean): readonly string[] {
  return imports
    .filter((name) => !isStandardLibrary(name) && bringersOf(name).every(isMissing))
    .map((name) => bringersOf(name)[0] ?? name);
}

function report(
  known: KnownClone,
  names: readonly string[],
  image: ImageFacts,
  scripts: readonly KnownScript[] = [],
): Report {
  const { project, clone } = known;
  const list = names.length > 6 ? `${names.slice(0, 6).join(", ")} and ${names.length - 6} more` : names.join(", ");
  const fix = installLine(known, names, image);
  return {
    message:
      scripts.length === 0
        ? `${project.repository} is cloned here and its requirements are never installed: ${list}.`
        : `Every job fails: ${scripts.map(({ path }) => path.slice(path.lastIndexOf("/") + 1)).join(" and ")} of ${project.repository} import what is never installed: ${list}.`,
    remedy: `Install ${known.skipped.map(({ path }) => path).join(", ")} of the clone after it.`,
    at: clone.command.location,
    level: scripts.length === 0 ? "warning" : "error",
    confidence: "likely",
    evidence: [
      { statement: `Requirements as of ${project.repository}@${project.commit.slice(0, 7)}.` },
      ...scripts.map(({ path }) => ({ statement: `${path} is run by code that the start command reaches.` })),
    ],
    ...(fix === undefined ? {} : { fix }),
  };
}

/** A RUN behind the clone's for the files that bring what is missing; none where flash-attn would have to be compiled. */
function installLine(
  { folder, skipped, clone }: KnownClone,
  names: readonly string[],
  image: ImageFacts,
): Fix | undefined {
  const brings = ({ requirements }: KnownRequirementFile): boolean =>
    requirements.some(({ name }) => names.some((each) => each === name || bringersOf(each).includes(name)));
  const files = skipped.filter((file) => file.path.endsWith(".txt") && brings(file));
  const isCompiled = files.some(({ requirements }) => requirements.some(({ name }) => name === "flash-attn"));
  const run = image.runs.find(({ script }) => script.commands.includes(clone.command));
  const hasCompiler = finalSystem(image)?.base?.isCudaDevel === true;
  if (run === undefined || files.length === 0 || (isCompiled && !hasCompiler)) return undefined;
  const { endLine } = run.step.instruction;
  const paths = files.map(({ path }) => `-r ${posix.join(folder, path)}`);
  const isolation = isCompiled ? " --no-build-isolation" : "";
  return {
    title: `Install the requirements of ${folder}`,
    edits: [
      {
        kind: "lines",
        path: image.dockerfile.path,
        startLine: endLine + 1,
        endLine,
        lines: [`RUN pip install --no-cache-dir${isolation} ${paths.join(" ")}`],
      },
    ],
  };
}
