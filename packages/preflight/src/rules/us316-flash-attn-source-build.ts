import type { ImageFacts, PythonInstall, PythonRequirement } from "#facts/image/image-facts.js";
import { buildNeeds } from "#knowledge/index.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { stageSystem } from "./shared/stage-system.js";

/** Packages with CUDA kernels that PyPI has as source only: without nvcc they do not build, with it they take long. */
export const flashAttnSourceBuild: ImageRule = {
  scope: "image",
  meta: {
    id: "US316",
    name: "flash-attn-source-build",
    level: "error",
    phase: "build",
    summary: "flash-attn or its kin is installed from source, and the image cannot build it.",
    seeds: ["S87"],
    fix: "by-hand",
  },
  *check(image) {
    for (const install of image.installed.python) {
      if (install.tool === "conda" || install.indexes.some((index) => !index.includes("download.pytorch.org")))
        continue;
      for (const requirement of install.requirements) {
        const isSource = requirement.url === undefined && buildNeeds(requirement.name)?.tools.includes("nvcc") === true;
        const report = isSource ? reportOf(requirement, install, image) : undefined;
        if (report !== undefined) yield report;
      }
    }
  },
};

function reportOf(requirement: PythonRequirement, install: PythonInstall, image: ImageFacts): Report | undefined {
  const system = stageSystem(image, install.stageIndex);
  const isIsolated = !install.options.has("--no-build-isolation");
  const hasNvcc =
    system?.base?.isCudaDevel === true ||
    [...(system?.packages ?? []), ...(system?.condaPackages ?? [])].some((name) => compilers.test(name));
  const lacksNvcc = !hasNvcc && system?.isKnown === true;
  const { name, location: at, written } = requirement;
  const from = { statement: `The stage starts from ${system?.base?.family ?? "an unknown image"}.` };
  const wheel = `Give the URL of a wheel of ${name} for the Python, torch and CUDA of the image.`;
  if (lacksNvcc && isIsolated) {
    return {
      message: `The build stops here: ${written} is compiled from source, and the image has no nvcc.`,
      remedy: wheel,
      at,
      confidence: "likely",
      evidence: [from, { statement: "Its setup needs torch too, which pip's isolated build does not show it." }],
    };
  }
  if (lacksNvcc) {
    return {
      message: `${written} only installs here if its releases have a wheel for this Python, torch and CUDA: the image has no nvcc.`,
      remedy: wheel,
      at,
      level: "warning",
      confidence: "likely",
      evidence: [from],
    };
  }
  if (!isIsolated) return undefined;
  return {
    message: `${written} is built in isolation here, where its setup does not find torch.`,
    remedy: `Add --no-build-isolation, or give the URL of a wheel of ${name}.`,
    at,
    level: "warning",
    confidence: system?.isKnown === true ? "likely" : "possible",
    evidence: [from],
  };
}

/** apt's packages with nvcc. */
const compilers = /^(cuda-(nvcc|toolkit|compiler|minimal-build)|nvidia-cuda-toolkit|nvcc$|cuda$)/;
