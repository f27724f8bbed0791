import type { BuildCommand, ProjectFacts } from "#facts/project/project-facts.js";
import type { Report } from "#model/finding.js";
import type { ProjectRule } from "./rule.js";

/** CI builds one Dockerfile, and what is deployed comes from another. */
export const ciBuildsLiveFile: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1010",
    name: "ci-builds-live-file",
    level: "warning",
    phase: "deploy",
    summary: "CI builds another Dockerfile than the platform or the deploy script, or none.",
    seeds: ["S77", "S80"],
    fix: "by-hand",
  },
  *check(project) {
    const byCi = builtBy(project, "ci");
    const elsewhere = [...builtBy(project, "platform"), ...builtBy(project, "script")];
    const inCi = new Set(byCi.map(({ dockerfile }) => dockerfile));
    if (byCi.length > 0 && !inCi.has(undefined)) yield* otherFile(project, byCi, elsewhere, inCi);
    if (byCi.length === 0 && elsewhere.length === 0) yield* noBuild(project);
  },
  lookedAt: (project) =>
    builtBy(project, "ci")
      .map(({ written }) => written.split("\n", 1)[0])
      .join(", "),
};

function builtBy({ buildCommands }: ProjectFacts, source: BuildCommand["source"]): readonly BuildCommand[] {
  return buildCommands.filter((command) => command.source === source);
}

/** What a script builds may be for another target: a note. Images for development, and bases, may well be built by hand. */
function* otherFile(
  { images }: ProjectFacts,
  byCi: readonly BuildCommand[],
  elsewhere: readonly BuildCommand[],
  inCi: ReadonlySet<string | undefined>,
): Iterable<Report> {
  const told = new Set<string>();
  for (const { dockerfile, location, source } of elsewhere) {
    if (dockerfile === undefined || inCi.has(dockerfile) || told.has(dockerfile)) continue;
    if (images.find((image) => image.dockerfile.path === dockerfile)?.purpose !== "worker") continue;
    told.add(dockerfile);
    const isPlatform = source === "platform";
    const builder = isPlatform ? "The platform builds" : "A script builds";
    yield {
      message: `${builder} ${dockerfile} and CI builds ${[...inCi].join(", ")}: what CI proves is not what runs.`,
      remedy: `Build ${dockerfile} in CI too, or build only one of them.`,
      at: byCi[0]?.location ?? location,
      level: isPlatform ? "warning" : "note",
      confidence: "likely",
      evidence: [{ statement: `${dockerfile} is built here.`, location }],
    };
  }
}

const workflow = /^\.github\/workflows\/[^/]+\.ya?ml$|^\.gitlab-ci\.ya?ml$/;

/** The platform may build from git without a word in the files: hence only a note. */
function* noBuild({ files, images }: ProjectFacts): Iterable<Report> {
  const path = [...files.keys()].find((each) => workflow.test(each));
  const image = images.find(({ purpose }) => purpose === "worker");
  if (path === undefined || image === undefined) return;
  yield {
    message: `CI runs and never builds ${image.dockerfile.path}: a Dockerfile that does not build is found at deployment.`,
    remedy: "Add a job that builds the image, without pushing, on every change.",
    at: { path, line: 1 },
    level: "note",
    confidence: "possible",
  };
}
