import { parseDockerfile } from "#facts/dockerfile/parse-dockerfile.js";
import { walkStages } from "#facts/dockerfile/walk-stages.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import { readImage } from "#facts/image/read-image.js";
import { readPython } from "#facts/python/read-python.js";
import { readShell } from "#facts/shell/read-shell.js";
import type { PreflightConfig } from "#model/config.js";
import { PreflightError } from "#model/errors.js";
import { mappedFile } from "#model/mapped-text.js";
import { readBuildCommands } from "./build-commands.js";
import { chooseContext } from "./choose-context.js";
import { readDataFiles } from "./data-files.js";
import { readDocuments } from "./documents.js";
import { readEndpoint } from "./endpoint.js";
import { type EvidenceMoment, readEvidence } from "./evidence.js";
import { findDockerfiles } from "./find-dockerfiles.js";
import { readPayloads } from "./payloads.js";
import type { readProjectFiles } from "./project-files.js";
import type { ProjectFacts } from "./project-facts.js";
import { projectShell } from "./project-shell.js";

/** What was asked for. */
export interface ProjectQuestion {
  readonly config: PreflightConfig;
  /** Judge only this Dockerfile, from the project's folder. */
  readonly dockerfile: string | undefined;
  /** Build context, from the project's folder. */
  readonly context: string | undefined;
  /** What test evidence is measured against. Default: an unknown commit, today. */
  readonly moment?: EvidenceMoment;
}

/**
 * Turns the files of a project into facts. What is costly is read when a rule first asks for it.
 * @throws PreflightError `dockerfile-missing`, `context-missing`, `no-image`.
 */
export function readProject(
  read: Awaited<ReturnType<typeof readProjectFiles>>,
  { config, dockerfile, context, moment = { commit: undefined, now: new Date() } }: ProjectQuestion,
): ProjectFacts {
  const { files } = read;
  const paths = dockerfile === undefined ? findDockerfiles(files).live : [dockerfile];
  assertAsked(read, dockerfile, context);
  if (paths.length === 0) throw new PreflightError("no-image", "There is no Dockerfile in this folder.");

  const dataFiles = readDataFiles(files);
  const shellOf = projectShell(files, readShell);
  const documents = readDocuments(files);
  const buildCommands = readBuildCommands(files, dataFiles, documents, shellOf);
  const project: ProjectFacts = {
    config,
    files,
    isListingCut: read.isListingCut,
    isGitRepository: read.isGitRepository,
    buildCommands,
    dataFiles,
    documents,
    payloads: readPayloads(files, dataFiles, documents, shellOf, config),
    endpoint: readEndpoint(files, dataFiles, documents, shellOf, config),
    evidence: readEvidence(files, dataFiles, moment),
    pythonModule: memoised((path) => withText(files.get(path)?.text, (text) => readPython(mappedFile(path, text)))),
    shellScript: memoised((path) => withText(files.get(path)?.text, (text) => shellOf(mappedFile(path, text)))),
    get images() {
      return (images ??= paths.map((path) => readOneImage(project, path, context)));
    },
  };
  let images: readonly ImageFacts[] | undefined;
  return project;
}

function readOneImage(project: ProjectFacts, path: string, declared: string | undefined): ImageFacts {
  const dockerfile = parseDockerfile(path, project.files.get(path)?.text ?? "");
  const commands = project.buildCommands.filter((command) => command.dockerfile === path);
  const binding = commands.find((command) => command.source !== "docs");
  const buildArguments = binding?.buildArguments ?? new Map<string, string>();
  const { stages } = walkStages(dockerfile, buildArguments);
  const context = chooseContext({ files: project.files, dockerfilePath: path, stages, commands, declared });
  return readImage({ project, dockerfile, context, buildArguments, targetStage: binding?.targetStage });
}

function assertAsked(
  { files, isListingCut }: Awaited<ReturnType<typeof readProjectFiles>>,
  dockerfile: string | undefined,
  context: string | undefined,
): void {
  if (dockerfile !== undefined && files.get(dockerfile)?.text === undefined) {
    throw new PreflightError("dockerfile-missing", "The Dockerfile is not a text file of this project.");
  }
  if (context === undefined || context === "" || isListingCut) return;
  if ([...files.keys()].some((path) => path.startsWith(`${context}/`))) return;
  throw new PreflightError("context-missing", "The build context is not a folder of this project that holds files.");
}

function withText<Value>(text: string | undefined, read: (text: string) => Value): Value | undefined {
  return text === undefined ? undefined : read(text);
}

function memoised<Value>(compute: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    if (known.has(key)) return known.get(key) as Value;
    const value = compute(key);
    known.set(key, value);
    return value;
  };
}
