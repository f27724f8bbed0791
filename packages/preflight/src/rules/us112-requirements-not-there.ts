import type { ImageFacts } from "#facts/image/image-facts.js";
import { baseNameOf } from "#facts/project/project-path.js";
import type { ShellCommand } from "#facts/shell/script.js";
import type { Report } from "#model/finding.js";
import { contextSources } from "./shared/context-sources.js";
import type { ImageRule } from "./rule.js";

/** pip is told to read a file that no step brings into the image. */
export const requirementsNotThere: ImageRule = {
  scope: "image",
  meta: {
    id: "US112",
    name: "requirements-not-there",
    level: "error",
    phase: "build",
    summary: "A RUN step installs from a requirements file that no step brings into the image.",
    seeds: ["S112"],
    fix: "by-hand",
  },
  *check(image) {
    if (image.project.isListingCut || image.dockerfile.problems.length > 0) return;
    for (const { command, stageIndex, unreadRequirements } of image.installed.python) {
      const isSure = !command.isConditional && !command.isInLoop && command.fate.kind !== "swallowed";
      if (stageIndex !== image.finalStage.index || !isSure || hasMounts(command, image)) continue;
      for (const path of unreadRequirements) {
        if (image.files.find(path).kind === "absent" && !isNamedElsewhere(path, image)) {
          yield report(path, command, image);
        }
      }
    }
  },
  lookedAt: ({ installed }) => {
    const count = installed.python.length;
    return count === 0 ? "" : `${count} installs of Python packages`;
  },
};

function hasMounts({ location: { path, line } }: ShellCommand, { buildCommands }: ImageFacts): boolean {
  return buildCommands.some(
    ({ command: { location }, run }) => location.path === path && location.line === line && run.step.mounts.length > 0,
  );
}

/** A COPY of it that finds nothing is told at the COPY; a command that names it may make it, and a later one remove it. */
function isNamedElsewhere(path: string, { context, walk, buildCommands }: ImageFacts): boolean {
  const name = baseNameOf(path);
  return (
    (context.match(name).length === 0 && context.matchIgnored(name).length > 0) ||
    contextSources(walk.stages).some(({ pattern }) => baseNameOf(pattern.text) === name) ||
    buildCommands.some(({ command: { words, redirects } }) => {
      const isInstall = words.some(({ text }) => text === "install");
      const named = [...(isInstall ? [] : words), ...redirects.map(({ target }) => target)];
      return named.some(({ text }) => text.includes(name));
    })
  );
}

function report(path: string, { location }: ShellCommand, image: ImageFacts): Report {
  const name = baseNameOf(path);
  const beside = image.files.paths.filter((each) => /requirements[^/]*\.txt$/.test(each.path)).map((each) => each.path);
  const source = [...image.context.files.keys()].find((each) => baseNameOf(each) === name);
  const there = beside.length === 0 ? "" : ` (${beside.slice(0, 3).join(", ")} is)`;
  return {
    message: `The build stops here: pip reads ${path}, which is not in the image${there}.`,
    remedy: source === undefined ? "Name the file that is there." : `Copy ${source} to ${path} before this line.`,
    at: location,
  };
}
