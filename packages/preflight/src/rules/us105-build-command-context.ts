import { buildContext } from "#facts/context/build-context.js";
import type { BuildCommand, ProjectFacts } from "#facts/project/project-facts.js";
import { baseNameOf, folderOf } from "#facts/project/project-path.js";
import type { Report } from "#model/finding.js";
import { isMadeBy } from "./shared/made-before-build.js";
import { missingSources } from "./shared/missing-sources.js";
import type { ProjectRule } from "./rule.js";

/** A build command whose Dockerfile is not there, or whose context does not hold what the Dockerfile copies. */
export const buildCommandContext: ProjectRule = {
  scope: "project",
  meta: {
    id: "US105",
    name: "build-command-context",
    level: "error",
    phase: "build",
    summary: "A build command in CI, a script or a document names a Dockerfile or a context that does not work.",
    seeds: ["S16", "S49"],
    fix: "by-hand",
  },
  lookedAt: ({ buildCommands }) => (buildCommands.length === 0 ? "" : `${buildCommands.length} build commands`),
  *check(project) {
    for (const command of project.buildCommands) {
      const absent = absentDockerfile(command, project);
      const report = absent ?? wrongContext(command, project);
      if (report !== undefined) yield { ...report, ...levelOf(command, absent !== undefined), at: command.location };
    }
  },
};

/**
 * Nothing runs what a document shows until somebody follows it. A script or compose file that names a Dockerfile which is
 * gone says nothing against the ones that are there; CI fails with it.
 */
function levelOf({ source }: BuildCommand, isAbsent: boolean): Pick<Report, "level" | "confidence"> {
  if (source === "docs" || (isAbsent && source !== "ci")) return { level: "warning" };
  return { level: "error", confidence: source === "script" ? "likely" : "certain" };
}

type Fault = Pick<Report, "message" | "remedy" | "evidence">;

function absentDockerfile(command: BuildCommand, project: ProjectFacts): Fault | undefined {
  const { dockerfile, context, source } = command;
  if (dockerfile === undefined || project.files.has(dockerfile) || project.isListingCut) return undefined;
  const twin = [...project.files.keys()].find((path) => baseNameOf(path) === baseNameOf(dockerfile));
  // A folder that is not there comes from elsewhere: a clone, a submodule, another checkout.
  const hasContext = context === "" || [...project.files.keys()].some((path) => path.startsWith(`${context}/`));
  if (!hasContext || isMadeBy([command], dockerfile, project)) return undefined;
  if (source === "docs" && twin === undefined) return undefined;
  if (source === "script" && isThereFromAbove(command.location.path, dockerfile, project)) return undefined;
  return {
    message: `This build stops at once: there is no ${dockerfile}.`,
    remedy: twin === undefined ? "Name a Dockerfile that is there." : `Name ${twin}, and the context that it needs.`,
    evidence: [{ statement: `${project.files.size} files are in the project; none is ${dockerfile}.` }],
  };
}

/** A script may be called from any folder above it: `scripts/build.sh` from beside `scripts`. */
function isThereFromAbove(script: string, dockerfile: string, { files }: ProjectFacts): boolean {
  for (let folder = folderOf(script); folder !== ""; folder = folderOf(folder)) {
    if (files.has(`${folder}/${dockerfile}`)) return true;
  }
  return false;
}

function wrongContext(command: BuildCommand, project: ProjectFacts): Fault | undefined {
  const image = project.images.find((each) => each.dockerfile.path === command.dockerfile);
  const folder = command.context;
  if (image === undefined || folder === undefined || folder === image.context.folder) return undefined;
  const { path } = image.dockerfile;
  const context = buildContext({
    files: project.files,
    folder,
    dockerfilePath: path,
    origin: "declared",
    otherFolders: [],
  });
  const missing = missingSources(image.walk, context, project).filter(
    ({ pattern }) => !isMadeBy([command], pattern.text, project),
  );
  const [first] = missing;
  if (first === undefined) return undefined;
  const inWords = (each: string) => (each === "" ? "the project's folder" : `${each}/`);
  const isBetter = missingSources(image.walk, image.context, project).length < missing.length;
  const names = [...new Set(missing.map(({ pattern }) => pattern.text))];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  const right = `docker build -f ${path} ${image.context.folder === "" ? "." : image.context.folder}`;
  return {
    message: `This build of ${path} stops: its context, ${inWords(folder)}, does not hold ${names.slice(0, 3).join(", ")}${more}.`,
    remedy: isBetter
      ? `From the project's folder: ${right}.`
      : "Give the folder that holds what the Dockerfile copies.",
    evidence: [{ statement: "The first source that is absent.", location: { path, line: first.line } }],
  };
}
