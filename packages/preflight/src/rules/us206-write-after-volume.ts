import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Location } from "#model/location.js";
import type { ImageRule } from "./rule.js";

/** A step fills a folder that an earlier VOLUME has declared. */
export const writeAfterVolume: ImageRule = {
  scope: "image",
  meta: {
    id: "US206",
    name: "write-after-volume",
    level: "warning",
    phase: "build",
    summary: "A step fills a folder that VOLUME has declared before.",
    seeds: ["S21"],
    fix: "by-hand",
  },
  *check(image) {
    for (const { folder, location } of volumes(image)) {
      const made = image.files
        .below(folder)
        .find(
          (each) =>
            each.origin.kind !== "folder" && each.location.path === location.path && each.location.line > location.line,
        );
      if (made === undefined) continue;
      yield {
        message: `${made.path} is made after VOLUME ${folder}: classic builders and Buildah drop it, and every container start copies the folder into a fresh volume.`,
        remedy: `Move VOLUME ${folder} behind the last step that fills it, or drop it: serverless workers do not need it.`,
        at: location,
        confidence: "likely",
        evidence: [{ statement: `This step makes ${made.path}.`, location: made.location }],
      };
    }
  },
  lookedAt: (image) => (volumes(image).length === 0 ? "" : `${volumes(image).length} volumes`),
};

function volumes({
  finalSteps,
  dockerfile,
}: ImageFacts): readonly { readonly folder: string; readonly location: Location }[] {
  return finalSteps.flatMap((step) =>
    step.kind === "volume"
      ? step.values
          .filter(({ unresolved }) => unresolved.length === 0)
          .map(({ text }) => ({ folder: text, location: { path: dockerfile.path, line: step.instruction.line } }))
      : [],
  );
}
