import type { ImageFacts, PythonRequirement } from "#facts/image/image-facts.js";
import type { PythonImport } from "#facts/python/module.js";
import {
  bringsLibrary,
  dependenciesOf,
  modulesOfDistribution,
  type SharedLibraryNeed,
  sharedLibraryNeeds,
} from "#knowledge/index.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { addSystemPackages } from "./shared/add-system-package.js";
import { editRequirement } from "./shared/edit-requirement.js";
import { exactVersion, staysBelow } from "./shared/specifier.js";
import { finalSystem, type StageSystem } from "./shared/stage-system.js";

/** A Python package loads a library of the system that nothing installs. */
export const sharedLibMissing: ImageRule = {
  scope: "image",
  meta: {
    id: "US401",
    name: "shared-lib-missing",
    level: "error",
    phase: "start",
    summary: "A Python package needs a shared library that the image does not have.",
    seeds: ["S3", "S65"],
    fix: "auto",
  },
  *check(image) {
    const system = finalSystem(image);
    const distribution = system?.base?.distribution;
    if (system === undefined || !system.isKnown || (distribution !== "debian" && distribution !== "ubuntu")) return;
    const told = new Set<string>();
    for (const requirement of image.installed.distributions.values()) {
      for (const name of [requirement.name, ...bringsWithIt(requirement.name)]) {
        const lacking = lackingFor(name, requirement, image, system);
        const key = lacking.map(({ library }) => library).join(" ");
        if (lacking.length === 0 || told.has(key)) continue;
        told.add(key);
        yield report(name, requirement, lacking, image, system);
      }
    }
  },
  lookedAt: ({ installed: { distributions } }) => (distributions.size === 0 ? "" : `${distributions.size} packages`),
};

interface Lacking {
  readonly library: string;
  readonly systemPackage: string;
  /** Package that brings it unasked; undefined: nothing does. */
  readonly by: string | undefined;
}

/** Packages whose own import loads cv2 (their `__init__` or first modules). */
const loadsOpenCv = new Set(["insightface", "ultralytics", "facexlib", "gfpgan", "basicsr", "realesrgan"]);

function bringsWithIt(name: string): readonly string[] {
  return loadsOpenCv.has(name) && dependenciesOf(name)?.includes("opencv-python") === true ? ["opencv-python"] : [];
}

function lackingFor(
  name: string,
  requirement: PythonRequirement,
  { installed }: ImageFacts,
  system: StageSystem,
): readonly Lacking[] {
  const isOpenCv = name.startsWith("opencv-");
  if (isOpenCv && [...installed.distributions.keys()].some((each) => /^opencv-.*headless$/.test(each))) return [];
  const version = name === requirement.name ? requirement.specifier : "";
  return sharedLibraryNeeds(name)
    .filter(({ onlyVersions }) => onlyVersions === undefined || isOnly(version, onlyVersions))
    .flatMap((need) => lackingOf(need, system));
}

/** `onlyVersions` is an upper bound: it counts when the version is known to be below. */
function isOnly(specifier: string, onlyVersions: string): boolean {
  return exactVersion(specifier) !== undefined && staysBelow(specifier, onlyVersions.replace(/^<=?/, ""));
}

function lackingOf(need: SharedLibraryNeed, { base, packages }: StageSystem): readonly Lacking[] {
  const release = base?.release;
  const systemPackage = need.packages[release ?? ""] ?? need.packages["default"] ?? "";
  const names = new Set([...Object.values(need.packages), systemPackage]);
  const isAny = (test: (name: string) => boolean): boolean => [...packages].some(test);
  if (isAny((name) => names.has(name) || (systemPackage === "ffmpeg" && name.startsWith("libav")))) return [];
  const bringers = [...packages].filter((name) => bringsLibrary(name, release).some((each) => names.has(each)));
  // A package that is asked for to get the library (libgl1-mesa-glx, libglib2.0-dev) is no accident.
  if (bringers.some((name) => name !== "ffmpeg" && !name.startsWith("libav"))) return [];
  if (bringers.length === 0 && isAny((name) => desktopPackages.test(name))) return [];
  return [{ library: need.library, systemPackage, by: bringers[0] }];
}

/** Packages that bring much of a desktop; which of its libraries, no table says. `pkg-config` before Debian 12 brings GLib. */
const desktopPackages =
  /^(pkg-config|software-properties-common|lib(qt|gtk|av|sw|opencv|glfw|glew|vtk|wx|gst|pango|cairo|gdk|sdl|vlc|vips|magick)|gstreamer|x11|xorg|xserver|mesa|freeglut|glmark|vlc|mpv|sox|blender|chromium|firefox|libreoffice|imagemagick|graphviz|gir1|python3-(gi|opencv|matplotlib|tk|pyqt)|tesseract|poppler|openjdk|default-j|tk)/;

function report(
  name: string,
  requirement: PythonRequirement,
  lacking: readonly Lacking[],
  image: ImageFacts,
  system: StageSystem,
): Report {
  const libraries = lacking.map(({ library }) => library).join(" and ");
  const packages = lacking.map(({ systemPackage }) => systemPackage);
  const by = lacking.every((each) => each.by !== undefined) ? lacking[0]?.by : undefined;
  const module = modulesOfDistribution(name)[0] ?? name;
  const fix = addSystemPackages(image, image.finalStage.index, packages) ?? headless(requirement, image);
  const base = { statement: `The base image is ${image.baseReference ?? "unknown"}.` };
  if (by !== undefined) {
    return {
      message: `import ${module} finds ${libraries} only by way of ${by}: without it, or where it is built otherwise, the import fails.`,
      remedy: `Install ${packages.join(" and ")} by name, or ${name}-headless.`,
      at: requirement.location,
      level: "note",
      confidence: "possible",
      evidence: [base],
      ...(fix === undefined ? {} : { fix }),
    };
  }
  const isImported = importsModule(image, module) || name !== requirement.name;
  return {
    message: isImported
      ? `The worker dies at start: ${requirement.written} needs ${libraries}, and nothing installs ${packages.join(" or ")}.`
      : `import ${module} fails in this image: ${requirement.written} needs ${libraries}, and nothing installs ${packages.join(" or ")}.`,
    remedy: `Install ${packages.join(" and ")}${name.startsWith("opencv") ? `, or ${name}-headless in its place` : ""}.`,
    at: requirement.location,
    level: isImported ? "error" : isSpared(name, module, image) ? "note" : "warning",
    confidence: system.base?.release === undefined ? "possible" : "likely",
    evidence: [base],
    ...(fix === undefined ? {} : { fix }),
  };
}

function importsModule(image: ImageFacts, module: string): boolean {
  return importsOf(image, module).some(({ isGuarded }) => !isGuarded);
}

/** Imports provide for the failure, or nothing in sight imports it. */
function isSpared(name: string, module: string, image: ImageFacts): boolean {
  return importsOf(image, module).length > 0 || !importedUnasked.test(name);
}

/** What diffusers, ultralytics, librosa or torchaudio import for those who do not. */
const importedUnasked = /^(?:opencv-|soundfile$|torchcodec$)/;

function importsOf({ python }: ImageFacts, module: string): readonly PythonImport[] {
  return [...python.modules.filter(({ isReachable }) => isReachable), ...python.embedded]
    .flatMap((each) => each.module.imports)
    .filter((each) => each.module.split(".")[0] === module);
}

function headless(requirement: PythonRequirement, image: ImageFacts): ReturnType<typeof editRequirement> {
  const { name, written } = requirement;
  if (name !== "opencv-python" && name !== "opencv-contrib-python") return undefined;
  const replacement = written.replace(/^opencv[-_.](contrib[-_.])?python/i, `${name}-headless`);
  return editRequirement(image, requirement, replacement, `Take ${name}-headless`);
}
