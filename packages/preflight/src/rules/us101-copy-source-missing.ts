import { posix } from "node:path";
import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Report } from "#model/finding.js";
import { type ContextSource, contextSources, countContextSources } from "./shared/context-sources.js";
import { inlineRequirements } from "./shared/inline-requirements.js";
import { type LikelyFiles, likelyFiles } from "./shared/likely-files.js";
import { isGitIgnored, isMadeBy } from "./shared/made-before-build.js";
import { missingSources } from "./shared/missing-sources.js";
import { neededStages } from "./shared/needed-stages.js";
import { renameSource } from "./shared/rename-source.js";
import type { ImageRule } from "./rule.js";

/** COPY or ADD of something that the build context does not hold: the build stops at that line. */
export const copySourceMissing: ImageRule = {
  scope: "image",
  meta: {
    id: "US101",
    name: "copy-source-missing",
    level: "error",
    phase: "build",
    summary: "COPY, ADD or a bind mount names a source that is not in the build context.",
    seeds: ["S108", "S109", "S110", "S111", "S112", "S121", "S124"],
    fix: "auto",
  },
  lookedAt: ({ walk }) => countContextSources(walk.stages),
  *check(image) {
    const missing = missingSources(image.walk, image.context, image.project).slice(0, maxReports);
    if (missing.length === 0) return;
    const needed = neededStages(image);
    const isElsewhere = image.context.origin === "assumed" && isWholeElsewhere(image);
    for (const source of missing) {
      const stage = image.walk.stages[source.step.stageIndex];
      yield reportOf(source, image, { isNeeded: stage !== undefined && needed.has(stage), isElsewhere });
    }
  },
};

/** Enough for anybody to see what is wrong; a hostile file can name 500,000 sources. */
const maxReports = 50;

/** What speaks against an error. */
interface Doubt {
  /** False: the stage is not part of the image. */
  readonly isNeeded: boolean;
  /** Another folder holds every source: it may be the context that nobody wrote down. */
  readonly isElsewhere: boolean;
}

function reportOf(source: ContextSource, image: ImageFacts, doubt: Doubt): Report {
  const { dockerfile, context } = image;
  const wanted = source.pattern.text;
  const likely = likelyFiles(source, image);
  const folder = context.folder === "" ? "the project's folder" : `${context.folder}/`;
  const fix =
    likely.meant === undefined ? inlineRequirements(source, image) : renameSource(source, likely.meant, image);
  return {
    message: `${doubt.isNeeded ? "The build stops here" : "A build of this stage stops here"}: ${wanted} is not in the build context (${folder}).`,
    remedy: remedyFor(wanted, likely),
    at: { path: dockerfile.path, line: source.line },
    ...certaintyOf(source, image, doubt),
    evidence: [
      { statement: `${context.files.size} files are in the context; none matches ${wanted}.` },
      ...(isGitIgnored(posix.join(context.folder, wanted), image.project)
        ? [{ statement: ".gitignore names it: somebody makes it by hand." }]
        : []),
      ...likelyEvidence(wanted, likely),
    ],
    ...(fix === undefined ? {} : { fix }),
  };
}

function certaintyOf(
  { pattern }: ContextSource,
  image: ImageFacts,
  { isNeeded, isElsewhere }: Doubt,
): Pick<Report, "level" | "confidence"> {
  const { context, dockerfile, project } = image;
  const commands = project.buildCommands.filter((command) => command.dockerfile === dockerfile.path);
  const path = posix.join(context.folder, pattern.text);
  if (isMadeBy(commands, path, project)) return { level: "warning", confidence: "possible" };
  if (isGitIgnored(path, project)) return { level: "warning", confidence: "likely" };
  if (isElsewhere) return { level: "warning", confidence: "possible" };
  const confidence = context.origin === "assumed" && context.otherFolders.length > 0 ? "likely" : "certain";
  return { level: isNeeded ? "error" : "warning", confidence };
}

function isWholeElsewhere({ walk, context, project: { files } }: ImageFacts): boolean {
  const sources = contextSources(walk.stages).map(({ pattern }) => posix.join("/", pattern.text));
  const [first] = sources;
  const folders = [...files.keys()].flatMap((path) =>
    first !== undefined && path.endsWith(first) ? [path.slice(0, -first.length)] : [],
  );
  return folders.some((folder) => folder !== context.folder && sources.every((source) => files.has(folder + source)));
}

function remedyFor(wanted: string, { meant, nearest, defining, imported, isUsed }: LikelyFiles): string {
  if (meant !== undefined) return `Copy ${meant} under that name.`;
  if (defining !== undefined) return `Copy ${defining}, which defines ${imported.join(", ")}, under that name.`;
  if (!isUsed) return `Nothing in the project imports or runs ${wanted}: drop it from the line, or add the file.`;
  if (nearest !== undefined) return `Add ${wanted}, or copy ${nearest} under that name if it is the same.`;
  return `Add ${wanted}, or drop it from the line.`;
}

function likelyEvidence(
  wanted: string,
  { meant, nearest, defining, imported }: LikelyFiles,
): readonly { statement: string }[] {
  const statements = [
    meant === undefined ? "" : `${meant} is there.`,
    imported.length === 0 ? "" : `The project's code imports ${imported.join(", ")} from it.`,
    nearest === undefined ? "" : `${nearest} has the nearest name to ${wanted}.`,
    defining === undefined ? "" : `${defining} defines them all.`,
  ];
  return statements.filter((statement) => statement !== "").map((statement) => ({ statement }));
}
