import { isStandardFolder } from "#facts/image/base-folders.js";
import type { CopyStep, Step } from "#facts/dockerfile/stage.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Fix, Report } from "#model/finding.js";
import { contextSources, countContextSources } from "./shared/context-sources.js";
import type { ImageRule } from "./rule.js";

/** COPY to a name that is meant as a folder and is none: BuildKit makes a file of that name. */
export const copyDestMistake: ImageRule = {
  scope: "image",
  meta: {
    id: "US104",
    name: "copy-dest-mistake",
    level: "warning",
    phase: "build",
    summary: "COPY writes a file, or several over each other, where a folder is meant.",
    seeds: ["S111", "S125"],
    fix: "auto",
  },
  lookedAt: ({ walk }) => countContextSources(walk.stages),
  *check(image) {
    const steps = new Set(contextSources(image.walk.stages).map((source) => source.step));
    for (const step of [...steps].slice(0, maxSteps)) {
      const count = step.kind === "copy" ? fileCount(step, image) : 0;
      if (step.kind !== "copy" || count === 0) continue;
      const use = folderUse(step, image);
      if ((count === 1 && use === undefined) || isFolder(step, image)) continue;
      const why = count > 1 ? `its ${count} sources are written over each other` : `line ${use} takes it for a folder`;
      yield reportOf(step, why, image, use);
    }
  },
};

/** Each step is compared with the others of its stage; a hostile file can hold 100,000. */
const maxSteps = 100;

/** A destination that is, or may be, a folder before the step: `/` at the end, a WORKDIR, made before, or the base's. */
function isFolder({ destination, stageIndex, instruction, workdir }: CopyStep, image: ImageFacts): boolean {
  const { text, unresolved } = destination;
  if (unresolved.length > 0 || text.endsWith("/") || text === workdir || isStandardFolder(text)) return true;
  const { base, steps } = image.walk.stages[stageIndex] ?? image.finalStage;
  if (base.kind !== "scratch" && image.base?.isWellKnown !== true) return true;
  const before = steps.filter((step) => step.instruction.line < instruction.line);
  const isMade = image.files.allPaths.some(
    ({ path, origin, location, stageIndex: stage }) =>
      (stage < stageIndex || location.line < instruction.line) &&
      ((path === text && origin.kind !== "copied" && origin.kind !== "written") || path.startsWith(`${text}/`)),
  );
  return isMade || before.some((step) => isAt(step.workdir, text) || setsWorkdir(step, text));
}

const isAt = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

function setsWorkdir(step: Step, folder: string): boolean {
  return step.kind === "workdir" && step.values.some(({ text }) => isAt(text, folder));
}

/** How many files the step copies; 0 when a source is a folder, a URL or unknown. */
function fileCount({ sources, flags }: CopyStep, { context }: ImageFacts): number {
  if (flags.some(({ name }) => name === "parents")) return 0;
  const matches = sources.map(({ kind, pattern }) => (kind === "path" ? context.match(pattern.text) : []));
  if (matches.some((found) => found.length === 0 || found.some(({ kind }) => kind !== "file"))) return 0;
  return matches.flat().length;
}

/** The line after the step that uses the destination as a folder; undefined: none, or the name is that of a file. */
function folderUse(
  { destination: { text }, instruction, stageIndex }: CopyStep,
  image: ImageFacts,
): number | undefined {
  const later = (image.walk.stages[stageIndex]?.steps ?? []).filter(
    ({ instruction: { line } }) => line > instruction.line,
  );
  return later.find(
    (step) =>
      setsWorkdir(step, text) ||
      (step.kind === "copy" && step.destination.text.startsWith(`${text}/`)) ||
      ((step.kind === "cmd" || step.kind === "entrypoint") && step.exec?.some((word) => word.startsWith(`${text}/`))),
  )?.instruction.line;
}

function reportOf(step: CopyStep, why: string, { dockerfile }: ImageFacts, use?: number): Report {
  const { text } = step.destination;
  const fix = withSlash(step, dockerfile.path, dockerfile.lines);
  return {
    message: `${text} becomes a file here, no folder: ${why}.`,
    remedy: `End the destination with a slash: ${text}/.`,
    at: { path: dockerfile.path, line: step.instruction.line },
    confidence: "likely",
    evidence: [
      { statement: `Nothing before line ${step.instruction.line} makes the folder ${text}.` },
      ...(use === undefined
        ? []
        : [{ statement: "It is used as a folder here.", location: { path: dockerfile.path, line: use } }]),
    ],
    ...(fix === undefined ? {} : { fix }),
  };
}

function withSlash({ instruction }: CopyStep, path: string, lines: readonly string[]): Fix | undefined {
  const { endLine, exec, heredocs } = instruction;
  const written = lines[endLine - 1]?.trimEnd() ?? "";
  if (exec !== undefined || heredocs.length > 0 || !/[\w.-]$/.test(written)) return undefined;
  return {
    title: "End the destination with a slash",
    edits: [{ kind: "lines", path, startLine: endLine, endLine, lines: [`${written}/`] }],
  };
}
