import { posix } from "node:path";
import type { Dockerfile } from "#facts/dockerfile/dockerfile.js";
import type { ProjectFacts } from "#facts/project/project-facts.js";
import { volumePaths } from "#knowledge/index.js";
import type { Target } from "#model/config.js";
import type { EntryFacts, ImagePurpose, InstalledFacts, VirtualFiles } from "./image-facts.js";

/** What tells where an image runs. */
export interface TargetOptions {
  readonly project: Pick<ProjectFacts, "config" | "files" | "endpoint">;
  readonly installed: InstalledFacts;
  readonly files: Pick<VirtualFiles, "paths" | "textOf">;
  readonly entry: EntryFacts;
}

/** Files of RunPod's Hub, which only takes serverless workers unless they say otherwise. */
const hubFiles = [".runpod/hub.json", ".runpod/tests.json"];

/** `import runpod`, `from runpod.serverless import start`; a plain look at the text saves parsing every file. */
const importsRunpod = /^[ \t]*(?:import[ \t]+runpod\b|from[ \t]+runpod\b)/mu;

/** What runs the image: as configured, else as its endpoint files, packages and imports say. Undefined: nothing tells. */
export function inferTarget({ project, installed, files, entry }: TargetOptions): Target | undefined {
  if (project.config.target !== undefined) return project.config.target;
  const declared = project.endpoint.isServerless?.value;
  if (declared !== undefined) return declared ? "serverless" : "pod";
  if (installed.distributions.has("runpod") || hubFiles.some((path) => project.files.has(path))) return "serverless";
  if (entry.commands.some(({ words }) => words.some((word) => word.text.startsWith(volumePaths.serverless)))) {
    return "serverless";
  }
  if (entry.pythonModules.some(({ name }) => name.startsWith("runpod."))) return "serverless";
  const isImported = files.paths.some(
    ({ path }) => path.endsWith(".py") && importsRunpod.test(files.textOf(path)?.text ?? ""),
  );
  return isImported ? "serverless" : undefined;
}

/** What tells what an image is for. */
export interface PurposeOptions {
  readonly project: Pick<ProjectFacts, "buildCommands" | "images">;
  readonly dockerfile: Dockerfile;
  readonly entry: EntryFacts;
  readonly target: Target | undefined;
}

/** What an image is for, by its file's name, its start command and the images built on it. */
export function inferPurpose({ project, dockerfile, entry, target }: PurposeOptions): ImagePurpose {
  const words = posix.basename(dockerfile.path).toLowerCase().split(/[._-]/u);
  if (words.some((word) => developmentWords.has(word))) return "development";
  const isStarted = entry.cmd !== undefined || entry.entrypoint !== undefined;
  if (!isStarted && (isNamedBase(dockerfile.path) || isBuiltOn(project, dockerfile.path))) return "base";
  const reachesPython = entry.pythonFiles.length + entry.pythonModules.length + entry.embedded.length > 0;
  return reachesPython || (target !== undefined && isStarted) ? "worker" : "service";
}

const developmentWords = new Set(["dev", "development", "debug", "test", "tests", "local"]);

function isNamedBase(path: string): boolean {
  return path
    .toLowerCase()
    .split(/[/._-]/u)
    .some((word) => word === "base" || word === "builder");
}

/** True when another Dockerfile starts from a tag that a build command gives this one. */
function isBuiltOn(project: PurposeOptions["project"], path: string): boolean {
  const tags = project.buildCommands.filter((command) => command.dockerfile === path).flatMap(({ tags }) => tags);
  return tags.length > 0 && project.images.some(({ baseReference }) => tags.includes(baseReference ?? ""));
}
