import type { ImageFacts } from "#facts/image/image-facts.js";
import { maxPythonByteLength } from "#facts/project/project-files.js";
import type { ProjectFacts, ProjectFile } from "#facts/project/project-facts.js";
import { depthOf } from "#facts/project/project-path.js";
import { whyUnread } from "#facts/project/unread-file.js";
import type { Unjudged } from "#model/finding.js";
import { liveImages } from "./live-images.js";

/** Files that decide something and were not looked at, so that nobody reads their silence as a pass. */
export function unreadFiles(project: ProjectFacts): readonly Unjudged[] {
  const live = liveImages(project, undefined);
  const images = project.images.filter(({ dockerfile }) => live.has(dockerfile.path));
  return [
    ...(project.isListingCut ? [cutListing] : []),
    ...unreadDockerfiles(project),
    ...images.flatMap(cutIgnoreFile),
    ...[...new Set(images.flatMap(unreadStart))].map(unreadProgram),
  ];
}

const cutListing: Unjudged = {
  ruleId: undefined,
  phase: "build",
  reason: "The project was not seen whole: it has more than 20,000 files, or a folder that must not be read.",
  remedy: "Judge the folder of the worker alone, or a clean checkout.",
  isRequired: true,
};

/** Required when builds name it; where they name none, when it lies as near to the project's folder as any other. */
function unreadDockerfiles({ unreadDockerfiles: unread, images, buildCommands }: ProjectFacts): readonly Unjudged[] {
  const paths = [...unread, ...images.map(({ dockerfile }) => dockerfile)].map(({ path }) => path);
  const builds = buildCommands.filter(
    ({ source, dockerfile }) => source !== "docs" && paths.includes(dockerfile ?? ""),
  );
  const isBuilt = (path: string) => builds.some(({ dockerfile }) => dockerfile === path);
  const nearest = Math.min(...paths.map(depthOf));
  return unread.map(({ path, reason }) => ({
    ruleId: undefined,
    phase: "build",
    reason: `${path} was not judged: it ${reason}.`,
    remedy: "Make it a plain text file of this project, or delete it.",
    isRequired: builds.length > 0 ? isBuilt(path) : depthOf(path) === nearest,
  }));
}

function cutIgnoreFile({ context: { ignoreFile, isIgnoreFileCut } }: ImageFacts): readonly Unjudged[] {
  if (!isIgnoreFileCut) return [];
  return [
    {
      ruleId: undefined,
      phase: "build",
      reason: `${ignoreFile} was not read to its end: what the build gets is not known.`,
      remedy: "Hide whole folders, one line each.",
      isRequired: true,
    },
  ];
}

/** Programs that the context brings and the start runs or imports. */
function unreadStart({ python, entry, files, context }: ImageFacts): readonly ProjectFile[] {
  const scripts = entry.unknownScripts.map(({ path }) => path).filter((path) => path.endsWith(".sh"));
  return [...python.unreadPaths, ...scripts].flatMap((path) => {
    const found = files.find(path);
    if (found.kind !== "present" || found.made.origin.kind !== "copied") return [];
    const file = context.files.get(found.made.origin.contextPath);
    return file?.kind === "file" && file.text === undefined ? [file] : [];
  });
}

function unreadProgram(file: ProjectFile): Unjudged {
  return {
    ruleId: undefined,
    phase: "start",
    reason: `${file.path}, which the start runs, was not judged: it ${whyUnread(file, maxPythonByteLength)}.`,
    remedy: "Make it a text file of at most 512 KiB; move data that it holds into a file of its own.",
    isRequired: true,
  };
}
