import type { ImageFacts, PythonRequirement } from "#facts/image/image-facts.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { removeRequirement } from "./shared/edit-requirement.js";

/** Two distributions that write the same files: the one installed last wins, file by file. */
export const conflictingDists: ImageRule = {
  scope: "image",
  meta: {
    id: "US314",
    name: "conflicting-dists",
    level: "warning",
    phase: "start",
    summary: "Two installed distributions bring the same module.",
    seeds: ["S5"],
    fix: "auto",
  },
  *check(image) {
    for (const family of families) {
      const found = family.members.flatMap((name) => image.installed.distributions.get(name) ?? []);
      const [kept, ...others] = found;
      if (kept !== undefined) for (const other of others) yield report(family, kept, other, image);
    }
  },
  lookedAt: ({ installed: { distributions } }) => (distributions.size === 0 ? "" : `${distributions.size} packages`),
};

interface Family {
  readonly module: string;
  /** The one to keep first: what it does includes what the later ones do. */
  readonly members: readonly string[];
  readonly harm: string;
}

const families: readonly Family[] = [
  {
    module: "cv2",
    members: ["opencv-contrib-python-headless", "opencv-contrib-python", "opencv-python-headless", "opencv-python"],
    harm: "whichever is installed last decides what cv2 can do, and whether it needs libGL",
  },
  {
    module: "onnxruntime",
    members: ["onnxruntime-gpu", "onnxruntime"],
    harm: "when the CPU build is written last, CUDAExecutionProvider is gone and models run on the CPU",
  },
];

function report(
  { module, harm }: Family,
  kept: PythonRequirement,
  other: PythonRequirement,
  image: ImageFacts,
): Report {
  const isClear = kept.name !== "opencv-contrib-python" || other.name === "opencv-python";
  const fix = isClear ? removeRequirement(image, other, `Keep ${kept.name} alone`) : undefined;
  return {
    message: `${other.name} and ${kept.name} both bring ${module}: ${harm}.`,
    remedy: `Install ${kept.name} alone.`,
    at: other.location,
    evidence: [{ statement: `${kept.written} is asked for here.`, location: kept.location }],
    ...(fix === undefined ? {} : { fix }),
  };
}
