import { posix } from "node:path";
import type { BuildContext } from "#facts/context/build-context.js";
import type { StageWalk } from "#facts/dockerfile/stage.js";
import type { ProjectFacts } from "#facts/project/project-facts.js";
import { isListable } from "#facts/project/project-path.js";
import { type ContextSource, contextSources } from "./context-sources.js";

/**
 * Sources that are not in a build context, so that the build stops: those that an ignore file hides are there. Nothing is
 * said of what the listing cannot show: folders that are not entered, submodules, names with unknown variables.
 */
export function missingSources(
  walk: StageWalk,
  context: BuildContext,
  project: ProjectFacts,
): readonly ContextSource[] {
  if (project.isListingCut) return [];
  const submodules = submodulePaths(project);
  return contextSources(walk.stages).filter(({ pattern: { text, unresolved } }) => {
    const path = posix.join("/", text).slice(1);
    const fromProject = posix.join(context.folder, path);
    const isOwn = !submodules.some((submodule) => `${fromProject}/`.startsWith(`${submodule}/`));
    return (
      unresolved.length === 0 &&
      isListable(path) &&
      isOwn &&
      mustMatch(path, project) &&
      context.matchIgnored(text).length === 0
    );
  });
}

/**
 * BuildKit copies nothing for a wildcard that matches nothing (moby/moby#26332), unless a folder is written before it:
 * that folder is then not sent, and looking into it fails (moby/buildkit#2933). Buildah and kaniko refuse both.
 */
function mustMatch(path: string, { config }: ProjectFacts): boolean {
  const isWildcardFirst = /[*?[\\]/.test(path.split("/")[0] ?? "");
  return !isWildcardFirst || config.builder === "buildah" || config.builder === "kaniko";
}

/** A submodule that is not checked out is an empty folder, which git and the listing do not show. */
function submodulePaths({ files }: ProjectFacts): readonly string[] {
  const text = files.get(".gitmodules")?.text ?? "";
  return [...text.matchAll(/^[ \t]*path[ \t]*=[ \t]*(\S+)/gm)].map((match) => match[1] ?? "");
}
