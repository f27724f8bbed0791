import type { CopyStep } from "#facts/dockerfile/stage.js";
import type { ImageFacts, ModelDownload } from "#facts/image/image-facts.js";
import { isBelow } from "#facts/image/stage-files.js";
import type { Location } from "#model/location.js";
import type { Report } from "#model/finding.js";
import { placeOf } from "./shared/fetched-at-start.js";
import { mountedAt } from "./shared/mounted-at.js";
import type { ImageRule } from "./rule.js";

/** Files are in the image, and a mount covers their folder when it runs. */
export const bakedThenShadowed: ImageRule = {
  scope: "image",
  meta: {
    id: "US202",
    name: "baked-then-shadowed",
    level: "warning",
    phase: "start",
    summary: "Files of the image lie under a path that something is mounted over when it runs.",
    seeds: ["S21", "S83"],
    fix: "by-hand",
  },
  *check(image) {
    for (const step of image.finalSteps) {
      const mount = step.kind === "copy" ? mountedAt(step.destination.text, image) : undefined;
      if (step.kind === "copy" && mount !== undefined) yield copied(step, mount, image);
    }
    for (const { path, location } of dockerVolumes(image)) {
      const hidden = bakedBelow(path, image);
      if (hidden === undefined || mountedAt(path, image) !== undefined) continue;
      yield {
        message: `This command mounts a folder of the host over ${path}, where the image holds ${hidden.what}: the weights are hidden.`,
        remedy: `Drop the mount, or mount it beside ${path}.`,
        at: location,
        confidence: "likely",
        evidence: [{ statement: `${hidden.what} is put into ${placeOf(hidden)}.`, location: hidden.location }],
      };
    }
  },
  lookedAt: ({ files, mounts }) => `${files.paths.length} paths of the image against ${mounts.join(", ")}`,
};

function bakedBelow(path: string, { downloads }: ImageFacts): ModelDownload | undefined {
  return downloads.find((each) => each.when === "build" && each.isInFinalImage && isBelow(placeOf(each) ?? "/", path));
}

function copied(step: CopyStep, mount: string, { dockerfile, target }: ImageFacts): Report {
  const isMounted = target === "serverless" || target === "load-balancer";
  const what = step.sources.map((source) => source.pattern.text).join(", ");
  return {
    message: `${what} goes to ${step.destination.text}, but ${mount} is mounted when the worker runs and hides it.`,
    remedy: `Copy it to a folder outside ${mount}, such as /app or /opt.`,
    at: { path: dockerfile.path, line: step.instruction.line },
    // A pod without a network volume keeps what the image has at /workspace.
    level: isMounted ? "error" : "warning",
    confidence: "likely",
  };
}

interface Volume {
  readonly path: string;
  readonly location: Location;
}

/** Folders that documents mount by `docker run -v HOST:FOLDER` over this image, with their lines. */
function dockerVolumes(image: ImageFacts): readonly Volume[] {
  return image.project.documents.flatMap(({ path, fences }) =>
    fences.flatMap(({ text, line }) => {
      const volumes: Volume[] = [];
      let command = "";
      let pending: Volume[] = [];
      for (const [index, each] of text.split("\n").entries()) {
        const location = { path, line: line + index };
        pending.push(...volumeOptions(each, image).map((folder) => ({ path: folder, location })));
        command += ` ${each.replace(/\\\s*$/, "")}`;
        if (/\\\s*$/.test(each)) continue;
        if (/\bdocker\s+run\s/.test(command) && isAboutImage(command, image)) volumes.push(...pending);
        command = "";
        pending = [];
      }
      return volumes;
    }),
  );
}

function volumeOptions(line: string, { project }: ImageFacts): readonly string[] {
  const options = line.matchAll(/(?:^|\s)(?:-v|--volume)[ =]"?([^\s:"]{1,200}):(\/[\w./-]{1,200})/g);
  return [...options]
    .filter(([, host = ""]) => !isKept(host, [...project.files.keys()]))
    .map(([, , folder = "/"]) => folder.replace(/(?<=.)\/$/, ""));
}

/** A folder that the project keeps for them, `$PWD/weights`: who follows the document has weights in it. */
function isKept(host: string, files: readonly string[]): boolean {
  const [, folder] = /^(?:\.|\$\{?PWD\}?|\$\(pwd\))\/([\w./-]+?)\/?$/.exec(host) ?? [];
  return folder !== undefined && files.some((path) => path.startsWith(`${folder}/`));
}

/** The image is the one that a build command tags like this; without one, it must be the only one of the project. */
function isAboutImage(command: string, { dockerfile, project }: ImageFacts): boolean {
  const words = new Set(command.split(/\s+/));
  const builds = project.buildCommands.filter(({ tags }) => tags.some((tag) => words.has(tag)));
  if (builds.length > 0) return builds.every((build) => build.dockerfile === dockerfile.path);
  return [...project.files.keys()].filter((path) => /(^|[/.])dockerfile([^/]*)$/i.test(path)).length === 1;
}
