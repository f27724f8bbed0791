import { posix } from "node:path";
import { readIgnoreRules } from "#facts/context/ignore-rules.js";
import type { BuildCommand, ProjectFacts } from "#facts/project/project-facts.js";

/** Whether the script or workflow of a build names a path in a command that makes files, other than the build itself. */
export function isMadeBy(
  commands: readonly BuildCommand[],
  path: string,
  { files }: Pick<ProjectFacts, "files">,
): boolean {
  const name = posix.basename(path);
  // A workflow's steps are no shell script: its lines are read as text.
  return commands.some(({ location, source }) => {
    const lines = source === "docs" ? [] : (files.get(location.path)?.text?.split("\n") ?? []);
    return lines.some((line) => line.includes(name) && makers.test(line) && !line.trimStart().startsWith("#"));
  });
}

/**
 * Whether the root's `.gitignore` names a path, so that each machine makes or fetches it. Unlike in `.dockerignore`, a
 * pattern without an inner slash holds at every depth.
 * @param path from the project's folder; may be a pattern.
 */
export function isGitIgnored(path: string, { files }: Pick<ProjectFacts, "files">): boolean {
  const lines = (files.get(".gitignore")?.text ?? "").split("\n").map((line) => {
    const [, not = "", pattern = ""] = /^(!?)(.*?)\s*$/.exec(line) ?? [];
    const isAnywhere = pattern !== "" && !pattern.startsWith("#") && !/\/./.test(pattern);
    return isAnywhere ? `${not}**/${pattern}` : `${not}${pattern}`;
  });
  return readIgnoreRules(lines.join("\n"))(path) !== undefined;
}

const makers = /(?:^|[\s;&|$({])(?:cp|mv|ln|rsync|curl|wget|touch|tee|tar|unzip|aws|gsutil|gdown|dvc|hf|download)\s|>/;
