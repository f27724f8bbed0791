import type { ImageFacts, PythonInstall, PythonRequirement } from "#facts/image/image-facts.js";
import { type BuildTool, buildNeeds } from "#knowledge/index.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { addSystemPackages } from "./shared/add-system-package.js";
import { exactVersion, isCapped } from "./shared/specifier.js";
import { hasRecommendedTools, type StageSystem, stageSystem } from "./shared/stage-system.js";

/** A package without a wheel is compiled by pip, and the stage has no compiler, headers or CMake for it. */
export const buildToolsMissing: ImageRule = {
  scope: "image",
  meta: {
    id: "US402",
    name: "build-tools-missing",
    level: "error",
    phase: "build",
    summary: "A package that is published as source only is installed where nothing can compile it.",
    seeds: ["S4", "S65"],
    fix: "auto",
  },
  *check(image) {
    for (const install of image.installed.python) {
      const hasOtherWheels = install.indexes.some((index) => !index.includes("download.pytorch.org"));
      const system = stageSystem(image, install.stageIndex);
      if (hasOtherWheels || install.tool === "conda" || system?.isKnown !== true) continue;
      for (const requirement of install.requirements) {
        const report = reportOf(requirement, install, system, image);
        if (report !== undefined) yield report;
      }
    }
  },
  lookedAt: ({ installed: { distributions } }) => (distributions.size === 0 ? "" : `${distributions.size} packages`),
};

function reportOf(
  requirement: PythonRequirement,
  install: PythonInstall,
  system: StageSystem,
  image: ImageFacts,
): Report | undefined {
  const { name, specifier, url, location } = requirement;
  const version = exactVersion(specifier);
  if ((url !== undefined && !url.startsWith("git+")) || (version === undefined && isCapped(specifier)))
    return undefined;
  const need = buildNeeds(name, version);
  if (need === undefined || need.tools.includes("nvcc")) return undefined;
  const lacking = need.tools.filter((tool) => !has(tool, name, system, install, image));
  if (lacking.length === 0) return undefined;
  const packages = lacking.map((tool) => systemPackage[tool]);
  const isStopped = install.command.fate.kind === "stops";
  const fix = addSystemPackages(image, install.stageIndex, packages, install.command.location.line);
  return {
    message: `${isStopped ? "The build stops here" : "Nothing is installed here"}: ${requirement.written} is compiled, and the stage has no ${lacking.join(", no ")}.`,
    remedy: `Install ${packages.join(" and ")} before it.`,
    at: location,
    level: isStopped ? "error" : "warning",
    confidence: "likely",
    evidence: [{ statement: `${need.reason}.` }, { statement: `The stage starts from ${system.base?.family ?? ""}.` }],
    ...(fix === undefined ? {} : { fix }),
  };
}

const systemPackage: Readonly<Record<BuildTool, string>> = {
  compiler: "build-essential",
  headers: "python3-dev",
  cmake: "cmake",
  nvcc: "nvidia-cuda-toolkit",
  git: "git",
  rust: "cargo",
  "pkg-config": "pkg-config",
};

/** Their sources are C alone: gcc without g++ will do. */
const cOnly = new Set(["webrtcvad", "psycopg2", "mysqlclient", "pycairo", "pyaudio"]);

function has(
  tool: BuildTool,
  name: string,
  system: StageSystem,
  { stageIndex }: PythonInstall,
  image: ImageFacts,
): boolean {
  const { base, packages, condaPackages } = system;
  const isThere = (...names: readonly string[]): boolean =>
    names.some((each) => packages.has(each) || condaPackages.has(each) || base?.programs.has(each) === true);
  const isNamed = (pattern: RegExp): boolean => [...packages].some((each) => pattern.test(each));
  switch (tool) {
    case "compiler":
      return (
        isThere("build-essential", "g++", "build-base", "clang", "gxx", "gxx_linux-64", "compilers") ||
        isNamed(/^(g\+\+|clang)-\d/) ||
        (cOnly.has(name) && isThere("gcc")) ||
        hasRecommendedTools(system)
      );
    case "headers":
      // Images whose Python is their own have its headers; the system's Python has them in a package.
      return (
        base?.python !== undefined ||
        isThere("conda") ||
        isNamed(/^(lib)?python3.*-dev$/) ||
        hasRecommendedTools(system)
      );
    case "cmake":
      return isThere("cmake") || image.installed.python.some((each) => isCmake(each, stageIndex));
    case "rust":
      return isThere("cargo", "rustc", "rustup");
    case "pkg-config":
      return isThere("pkg-config", "pkgconf");
    case "git":
    case "nvcc":
      return isThere(tool);
  }
}

function isCmake({ stageIndex, requirements }: PythonInstall, wanted: number): boolean {
  return stageIndex === wanted && requirements.some(({ name }) => name === "cmake");
}
