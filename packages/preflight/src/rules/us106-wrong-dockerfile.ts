import type { ImageFacts } from "#facts/image/image-facts.js";
import type { BuildCommand, ProjectFacts } from "#facts/project/project-facts.js";
import { baseNameOf, folderOf } from "#facts/project/project-path.js";
import type { Report } from "#model/finding.js";
import { buildFaults } from "./shared/build-faults.js";
import type { ProjectRule } from "./rule.js";

/** The Dockerfile that is built is not the good one of those that lie side by side. */
export const wrongDockerfile: ProjectRule = {
  scope: "project",
  meta: {
    id: "US106",
    name: "wrong-dockerfile",
    level: "warning",
    phase: "build",
    summary: "The Dockerfile that is built is broken or out of date while a better one lies beside it.",
    seeds: ["S11", "S15", "S27", "S84"],
    fix: "by-hand",
  },
  lookedAt: ({ images }) => (images.length < 2 ? "" : `${images.length} Dockerfiles`),
  *check(project) {
    for (const image of project.images) {
      const command = wiringOf(image, project);
      if (command === undefined) continue;
      const siblings = siblingsOf(image, project);
      const report = brokenOne(image, command, siblings) ?? olderOne(image, command, siblings);
      if (report !== undefined) yield report;
    }
  },
};

/** What builds it for use. */
function wiringOf({ dockerfile }: ImageFacts, { buildCommands }: ProjectFacts): BuildCommand | undefined {
  return buildCommands.find((command) => command.source !== "docs" && command.dockerfile === dockerfile.path);
}

/** Dockerfiles of the same folder that nothing builds, and that are not there for development. */
function siblingsOf(image: ImageFacts, project: ProjectFacts): readonly ImageFacts[] {
  const folder = folderOf(image.dockerfile.path);
  return project.images.filter(
    (each) =>
      each !== image &&
      folderOf(each.dockerfile.path) === folder &&
      each.purpose === image.purpose &&
      wiringOf(each, project) === undefined,
  );
}

function brokenOne(image: ImageFacts, command: BuildCommand, siblings: readonly ImageFacts[]): Report | undefined {
  const faults = buildFaults(image);
  const sound = faults.length === 0 ? undefined : siblings.find((sibling) => buildFaults(sibling).length === 0);
  if (sound === undefined) return undefined;
  const { path } = image.dockerfile;
  return {
    message: `${path} is built and cannot be: ${sound.dockerfile.path} beside it has none of its ${faults.length} faults.`,
    remedy: `Build ${sound.dockerfile.path}, or bring what it does right into ${path}.`,
    at: command.location,
    level: "error",
    evidence: faults.slice(0, 5),
  };
}

const successor = /[._-](?:fixed|fix|new|final|working|corrected|latest)(?:[._-]\w+)*$/i;

function olderOne(image: ImageFacts, command: BuildCommand, siblings: readonly ImageFacts[]): Report | undefined {
  const { path } = image.dockerfile;
  if (successor.test(baseNameOf(path))) return undefined;
  const newer = siblings.filter(({ dockerfile }) => successor.test(baseNameOf(dockerfile.path)));
  const [first] = newer.map(({ dockerfile }) => dockerfile.path);
  if (first === undefined) return undefined;
  return {
    message: `${path} is built, while ${first} beside it calls itself the better one: one of the two is out of date.`,
    remedy: `Compare them, keep one under the name that is built, and delete the other.`,
    at: command.location,
    confidence: "likely",
    evidence: siblings.map(({ dockerfile }) => ({
      statement: `Nothing builds ${dockerfile.path}.`,
      location: { path: dockerfile.path, line: 1 },
    })),
  };
}
