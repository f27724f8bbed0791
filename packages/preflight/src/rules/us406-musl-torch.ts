import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { stageSystem } from "./shared/stage-system.js";

/** torch and its like have wheels for glibc only: on Alpine pip finds none. */
export const muslTorch: ImageRule = {
  scope: "image",
  meta: {
    id: "US406",
    name: "musl-torch",
    level: "error",
    phase: "build",
    summary: "A package that has wheels for glibc only is installed on Alpine.",
    seeds: ["S115"],
    fix: "by-hand",
  },
  *check(image) {
    for (const { stageIndex, requirements, tool } of image.installed.python) {
      const system = stageSystem(image, stageIndex);
      if (system?.base?.distribution !== "alpine" || tool === "conda") continue;
      const requirement = requirements.find(({ name, url }) => glibcOnly.has(name) && url === undefined);
      if (requirement === undefined) continue;
      yield {
        message: `The build stops here: ${requirement.name} has no wheel for Alpine's musl ("No matching distribution found").`,
        remedy: "Start the stage from python:3.11-slim or another image with glibc.",
        at: requirement.location,
        evidence: [
          {
            statement: `The stage starts from ${system.base.family}, which is Alpine.`,
            location: { path: image.dockerfile.path, line: system.stage.from.line },
          },
        ],
      } satisfies Report;
    }
  },
  lookedAt: ({ installed: { python } }) => (python.length === 0 ? "" : `${python.length} installs`),
};

/** No musllinux wheel and no source archive on PyPI. */
const glibcOnly = new Set([
  "torch",
  "torchvision",
  "torchaudio",
  "torchcodec",
  "onnxruntime",
  "onnxruntime-gpu",
  "tensorflow",
  "mediapipe",
  "decord",
]);
