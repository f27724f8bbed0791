import { type ImageReference, parseImageReference } from "#knowledge/index.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { neededStages } from "./shared/needed-stages.js";

/** An image is named by a tag that moves: tomorrow's build, or tomorrow's worker, is another one. */
export const floatingTag: ImageRule = {
  scope: "image",
  meta: {
    id: "US807",
    name: "floating-tag",
    level: "warning",
    phase: "deploy",
    summary: "A base image, or the image that the endpoint runs, is named by a tag that moves.",
    seeds: ["S33"],
    fix: "by-hand",
  },
  *check(image) {
    for (const stage of neededStages(image)) {
      if (stage.base.kind !== "image" || stage.base.reference.unresolved.length > 0) continue;
      const { text } = stage.base.reference;
      const floating = floatingReference(text);
      const at = { path: image.dockerfile.path, line: stage.from.line };
      if (floating !== undefined) yield moves(text, floating, at, image.lineage.includes(stage));
    }
    for (const { reference, location } of image.project.endpoint.imageReferences) {
      const floating = /\.(md|mdx|rst|txt)$/.test(location.path) ? undefined : floatingReference(reference);
      if (floating === undefined || image !== image.project.images[0]) continue;
      yield {
        message: `The endpoint runs ${reference}: workers keep the image that the tag meant when they were made, old and new side by side.`,
        remedy: "Push each build under a tag of its own and name that one.",
        at: location,
      };
    }
  },
  lookedAt: (image) => `${neededStages(image).size} FROM lines`,
};

/** Tags that are moved on purpose; `jammy`, `3.11-slim` and the like move within their version only. */
const movingTags = /^(latest|main|master|dev|develop|nightly|edge|stable|canary|head)$/i;

/** Some publishers write versions into the path and tag everything `latest`: `gaudi-docker/1.21.3/…/pytorch-installer-2.6.0`. */
const versionInName = /[/-]v?\d+\.\d+/;

function floatingReference(text: string): ImageReference | undefined {
  const reference = text.includes("$") || text === "scratch" ? undefined : parseImageReference(text);
  if (reference === undefined || reference.digest !== undefined || versionInName.test(reference.name)) return undefined;
  return movingTags.test(reference.tag) ? reference : undefined;
}

function moves(text: string, { name, tag }: ImageReference, at: Report["at"], isFinal: boolean): Report {
  return {
    message: `FROM ${text} takes whatever ${name}:${tag} is on that day: the next build may get another Python, CUDA or torch.`,
    remedy: `Name a version, or ${name}@sha256:… as \`docker buildx imagetools inspect ${text}\` prints it.`,
    at,
    phase: "build",
    level: isFinal ? "warning" : "note",
  };
}
