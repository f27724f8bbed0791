import type { ContextMatch } from "#facts/context/build-context.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import type { BuildCommand, ProjectFile } from "#facts/project/project-facts.js";
import type { Report } from "#model/finding.js";
import { type ContextSource, contextSources, countContextSources } from "./shared/context-sources.js";
import { isMadeBy } from "./shared/made-before-build.js";
import { neededStages } from "./shared/needed-stages.js";
import type { ImageRule } from "./rule.js";

/** COPY of a file that git does not carry: it is on this disk, and on no machine that builds from a clone. */
export const copySourceUncommitted: ImageRule = {
  scope: "image",
  meta: {
    id: "US103",
    name: "copy-source-uncommitted",
    level: "error",
    phase: "build",
    summary: "COPY or ADD names a source that is on disk but not in git.",
    seeds: ["S80", "S91", "S109"],
    fix: "by-hand",
  },
  lookedAt: ({ walk, project }) => (project.isGitRepository ? countContextSources(walk.stages) : ""),
  *check(image) {
    const commands = image.project.buildCommands.filter(({ dockerfile }) => dockerfile === image.dockerfile.path);
    const remote = commands.filter(({ source }) => source === "ci" || source === "platform");
    for (const source of contextSources([...neededStages(image)])) {
      const { text, unresolved } = source.pattern;
      const files = image.context.match(text).flatMap((match) => filesOf(match, image));
      const isAbsent = files.length > 0 && files.every(({ gitState }) => isUncommitted(gitState));
      if (!isAbsent || unresolved.length > 0 || isMadeBy(remote, text, image.project)) continue;
      yield reportOf(source, files, remote[0], image);
    }
  },
};

const isUncommitted = (state: ProjectFile["gitState"]) => state === "untracked" || state === "ignored";

function filesOf({ path, kind }: ContextMatch, { context }: ImageFacts): readonly ProjectFile[] {
  const isMatched = (each: string) =>
    each === path || (kind === "folder" && (path === "" || each.startsWith(`${path}/`)));
  return [...context.files].flatMap(([each, file]) => (isMatched(each) ? [file] : []));
}

function reportOf(
  { pattern: { text }, line }: ContextSource,
  files: readonly ProjectFile[],
  remote: BuildCommand | undefined,
  { dockerfile, project }: ImageFacts,
): Report {
  const isFromGit = remote !== undefined || project.config.builder === "git-platform";
  const isIgnored = files.some(({ gitState }) => gitState === "ignored");
  const why = isIgnored ? "git ignores it" : "it was never added to git";
  return {
    message: isFromGit
      ? `The build from git stops here: ${text} is on this disk only, ${why}.`
      : `A build from a fresh clone stops here: ${text} is on this disk only, ${why}.`,
    remedy: isIgnored
      ? `Commit ${text} if it holds no secret; else let the build make it, or pass its values as environment variables.`
      : `Run git add ${text}.`,
    at: { path: dockerfile.path, line },
    ...(isFromGit
      ? { level: "error", confidence: "likely" }
      : { level: isIgnored ? "note" : "warning", confidence: isIgnored ? "possible" : "likely" }),
    evidence: [
      { statement: `${text}: ${files.length === 1 ? "1 file" : `${files.length} files`}, none of them in git.` },
      ...(remote === undefined ? [] : [{ statement: "This builds from git.", location: remote.location }]),
    ],
  };
}
