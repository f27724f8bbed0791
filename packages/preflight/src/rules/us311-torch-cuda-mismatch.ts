import type { ImageFacts } from "#facts/image/image-facts.js";
import { compareVersions, torchFacts } from "#knowledge/index.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { isScriptRun, knownClones } from "./shared/clone-installs.js";
import { type PythonAsk, pythonAsks } from "./shared/python-asks.js";
import { admits, exactVersion } from "./shared/specifier.js";
import { torchInImage } from "./shared/torch-in-image.js";
import { wheelTags } from "./shared/wheel-tags.js";

/** torch, its companions, Python, CUDA and prebuilt wheels must have been made for each other. */
export const torchCudaMismatch: ImageRule = {
  scope: "image",
  meta: {
    id: "US311",
    name: "torch-cuda-mismatch",
    level: "error",
    phase: "build",
    summary: "Versions of torch, torchvision, torchaudio, Python, CUDA or a wheel do not fit each other.",
    seeds: ["S12"],
    fix: "by-hand",
  },
  *check(image) {
    yield* wheelsOfAnotherWorld(image);
    yield* torchWithoutWheel(image);
    yield* companions(image);
    yield* clonesThatNeedMore(image);
  },
  lookedAt: (image) => {
    const version = torchInImage(image)?.version;
    return version === undefined ? "" : `torch ${version}`;
  },
};

const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");

/** A wheel by URL carries its Python and torch in its name. */
function* wheelsOfAnotherWorld(image: ImageFacts): Iterable<Report> {
  const python = image.python.version;
  const torch = torchInImage(image);
  for (const install of image.installed.python) {
    if (!install.isInFinalImage) continue;
    for (const { url = "", name, location } of install.requirements) {
      const wheel = wheelTags(url);
      if (wheel?.python !== undefined && python !== undefined && wheel.python !== python) {
        yield {
          message: `The build stops here: ${wheel.fileName} is for Python ${wheel.python}, and the image has ${python}.`,
          remedy: `Take the wheel of ${name} for Python ${python}.`,
          at: location,
          confidence: "likely",
        };
      } else if (wheel?.torch !== undefined && torch !== undefined && wheel.torch !== minorOf(torch.version)) {
        yield {
          message: `import fails: ${wheel.fileName} is for torch ${wheel.torch}, and the image has ${torch.version}.`,
          remedy: `Take the wheel of ${name} for torch ${minorOf(torch.version)}.`,
          at: location,
          phase: "start",
          confidence: "likely",
          evidence: torchEvidence(image),
        };
      }
    }
  }
}

/** A pinned torch for which no wheel of this Python or this CUDA was ever published. */
function* torchWithoutWheel(image: ImageFacts): Iterable<Report> {
  const python = image.python.version;
  for (const { install, requirement } of pythonAsks(image, "torch")) {
    const version = exactVersion(requirement.specifier);
    const facts = version === undefined ? undefined : torchFacts(version);
    if (version === undefined || facts === undefined || requirement.url !== undefined || install.tool === "conda")
      continue;
    const cuda = cudaAskedFor(version, install);
    if (python !== undefined && !facts.pythons.includes(python)) {
      yield {
        message: `The build stops here: torch ${version} has no wheel for Python ${python}.`,
        remedy: `Take Python ${facts.pythons.at(-1) ?? ""} or older, or a torch that has a wheel for ${python}.`,
        at: requirement.location,
        confidence: "likely",
        evidence: [{ statement: `torch ${facts.torch} was published for Python ${facts.pythons.join(", ")}.` }],
      };
    } else if (cuda !== undefined && isOutside(cuda, facts.cudas)) {
      yield {
        message: `The build stops here: torch ${version} has no wheel for CUDA ${cuda}.`,
        remedy: `Use the index of CUDA ${facts.cudas.join(" or ")}.`,
        at: requirement.location,
        confidence: "likely",
        evidence: [{ statement: `torch ${facts.torch} was published for CUDA ${facts.cudas.join(", ")}.` }],
      };
    }
  }
}

/** Between the oldest and the newest CUDA of a torch the table may have gaps. */
function isOutside(cuda: string, cudas: readonly string[]): boolean {
  return (
    cudas.every((each) => compareVersions(cuda, each) > 0) || cudas.every((each) => compareVersions(cuda, each) < 0)
  );
}

/** `==2.4.0+cu121`, or the only index `…/whl/cu121`. */
function cudaAskedFor(version: string, { indexes, options }: PythonAsk["install"]): string | undefined {
  const isOnly = indexes.length === 1 && (options.has("--index-url") || options.has("-i"));
  const tag =
    /\+cu(\d+)/.exec(version)?.[1] ??
    (isOnly ? /download\.pytorch\.org\/whl\/cu(\d+)/.exec(indexes[0] ?? "")?.[1] : undefined);
  return tag === undefined ? undefined : `${tag.slice(0, -1)}.${tag.slice(-1)}`;
}

/** torchvision and torchaudio pin the one torch that they were built with. */
function* companions(image: ImageFacts): Iterable<Report> {
  const torch = torchInImage(image);
  const facts = torch === undefined ? undefined : torchFacts(torch.version);
  if (torch === undefined || facts === undefined) return;
  for (const name of ["torchvision", "torchaudio"] as const) {
    const ask = pythonAsks(image, name).at(-1);
    const version = ask && exactVersion(ask.requirement.specifier);
    if (ask === undefined || version === undefined || minorOf(version) === facts[name]) continue;
    const isOneCommand = torch.requirement !== undefined && ask.install.requirements.includes(torch.requirement);
    const isForced = ask.install.options.has("--no-deps");
    yield {
      message: isOneCommand
        ? `The build stops here: ${name} ${version} needs another torch than ${torch.version}.`
        : isForced
          ? `import ${name} fails: ${version} was built for another torch than ${torch.version}.`
          : `pip replaces torch ${torch.version} here: ${name} ${version} needs another one.`,
      remedy: `Take ${name} ${facts[name]} with torch ${facts.torch}.`,
      at: ask.requirement.location,
      level: isOneCommand || isForced ? "error" : "warning",
      phase: isForced && !isOneCommand ? "start" : "build",
      confidence: "likely",
      evidence: torchEvidence(image),
    };
  }
}

/** A cloned project that says which torch it needs, over an older one. */
function* clonesThatNeedMore(image: ImageFacts): Iterable<Report> {
  const torch = torchInImage(image);
  if (torch === undefined || image.installed.isOpen) return;
  for (const { project, clone, skipped } of knownClones(image)) {
    if (skipped.length < project.requirementFiles.length) continue;
    const file = project.requirementFiles.find(({ requirements }) => requirements.some(({ name }) => name === "torch"));
    const floor = file?.requirements.find(({ name }) => name === "torch")?.specifier ?? "";
    if (file === undefined || admits(floor, torch.version)) continue;
    const isRun = project.scripts.some(({ path }) => isScriptRun(path, image));
    yield {
      message: `${project.repository} needs torch ${floor}, and the image has ${torch.version}.`,
      remedy: `Start from a base image with torch ${floor}, or install one before the rest.`,
      at: torch.requirement?.location ?? { path: image.dockerfile.path, line: image.lineage[0]?.from.line ?? 1 },
      level: isRun ? "error" : "warning",
      phase: "job",
      confidence: "likely",
      evidence: [
        { statement: `${file.path} of ${project.repository}@${project.commit.slice(0, 7)}: torch${floor}.` },
        { statement: "It is cloned here.", location: clone.command.location },
      ],
    };
  }
}

function torchEvidence(image: ImageFacts): NonNullable<Report["evidence"]> {
  const torch = torchInImage(image);
  const { requirement } = torch ?? {};
  return requirement === undefined
    ? [{ statement: `The base image ${image.baseReference ?? ""} brings torch ${torch?.version ?? ""}.` }]
    : [{ statement: `${requirement.written} is asked for here.`, location: requirement.location }];
}
