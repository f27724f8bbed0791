import { parseDockerfile } from "#facts/dockerfile/parse-dockerfile.js";
import { walkStages } from "#facts/dockerfile/walk-stages.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import { readImage } from "#facts/image/read-image.js";
import { readPython } from "#facts/python/read-python.js";
import { readShell } from "#facts/shell/read-shell.js";
import { baseImage } from "#knowledge/index.js";
import type { PreflightConfig } from "#model/config.js";
import { PreflightError } from "#model/errors.js";
import { type MappedText, mappedFile } from "#model/mapped-text.js";
import { readBuildCommands } from "./build-commands.js";
import { chooseContext } from "./choose-context.js";
import { readDataFiles } from "./data-files.js";
import { readDocuments } from "./documents.js";
import { readEndpoint } from "./endpoint.js";
import { type EvidenceMoment, readEvidence } from "./evidence.js";
import { type DockerfilePaths, findDockerfiles, findNamedDockerfile } from "./find-dockerfiles.js";
import { followLinks } from "./follow-links.js";
import { readPayloads } from "./payloads.js";
import type { readProjectFiles } from "./project-files.js";
import type { PastSecret, ProjectFacts, ProjectFile } from "./project-facts.js";
import { projectShell } from "./project-shell.js";
import type { UnreadFile } from "./unread-file.js";

/** What was asked for. */
export interface ProjectQuestion {
  readonly config: PreflightConfig;
  /** Judge only this Dockerfile, from the project's folder. */
  readonly dockerfile: string | undefined;
  /** Build context, from the project's folder. */
  readonly context: string | undefined;
  /** What test evidence is measured against. Default: an unknown commit, today. */
  readonly moment?: EvidenceMoment;
  /** What earlier commits hold. Default: nobody looked. */
  readonly pastSecrets?: readonly PastSecret[] | undefined;
}

/**
 * Turns the files of a project into facts. What is costly is read when a rule first asks for it.
 * @throws PreflightError `dockerfile-missing`, `context-missing`, `no-image`.
 */
export function readProject(
  read: Awaited<ReturnType<typeof readProjectFiles>>,
  { config, dockerfile, context, moment = { commit: undefined, now: new Date() }, pastSecrets }: ProjectQuestion,
): ProjectFacts {
  const { files } = read;
  const { live, unread } = dockerfile === undefined ? findDockerfiles(files) : namedDockerfile(read, dockerfile);
  const folder = context === undefined ? undefined : namedContext(read, context);
  if (live.length === 0) throw noImage(unread, read.isListingCut);

  const dataFiles = readDataFiles(files);
  const shellOf = projectShell(files, readShell);
  const documents = readDocuments(files);
  const buildCommands = readBuildCommands(files, dataFiles, documents, shellOf);
  const project: ProjectFacts = {
    config,
    files,
    isListingCut: read.isListingCut,
    isGitRepository: read.isGitRepository,
    unreadDockerfiles: unread,
    buildCommands,
    dataFiles,
    documents,
    payloads: readPayloads(files, dataFiles, documents, shellOf, config),
    endpoint: readEndpoint(files, dataFiles, documents, shellOf, config),
    evidence: readEvidence(files, dataFiles, moment),
    pastSecrets,
    pythonModule: memoised((path) => withText(files.get(path), readPython)),
    shellScript: memoised((path) => withText(files.get(path), shellOf)),
    get images() {
      return (images ??= live.map((path) => readOneImage(project, path, folder)));
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
  const walk = walkStages(dockerfile, buildArguments, baseImage);
  const { stages } = walk;
  const context = chooseContext({ files: project.files, dockerfilePath: path, stages, commands, declared });
  return readImage({ project, dockerfile, context, walk, targetStage: binding?.targetStage });
}

function namedDockerfile(
  { files, isListingCut }: Awaited<ReturnType<typeof readProjectFiles>>,
  path: string,
): Pick<DockerfilePaths, "live" | "unread"> {
  const found = findNamedDockerfile(files, path);
  if (typeof found === "string") return { live: [found], unread: [] };
  const hint = isListingCut ? { hint: notWhole } : {};
  throw new PreflightError("dockerfile-missing", `${path} ${found.reason}.`, hint);
}

/** The folder behind a symlink: the builder follows it. */
function namedContext({ files, isListingCut }: Awaited<ReturnType<typeof readProjectFiles>>, path: string): string {
  const folder = followLinks(files, path);
  const isFolder = folder === "" || [...files.keys()].some((each) => each.startsWith(`${folder}/`));
  if (folder !== undefined && (isFolder || isListingCut)) return folder;
  throw new PreflightError("context-missing", `${path} is not a folder of this project that holds files.`);
}

function noImage([first]: readonly UnreadFile[], isListingCut: boolean): PreflightError {
  const hint = isListingCut ? { hint: notWhole } : {};
  if (first === undefined) return new PreflightError("no-image", "There is no Dockerfile in this folder.", hint);
  return new PreflightError("no-image", `${first.path} ${first.reason}, and there is no other Dockerfile.`);
}

const notWhole =
  "The folder was not seen whole (too many files, or no right to read it): give the worker's own folder.";

function withText<Value>(file: ProjectFile | undefined, read: (source: MappedText) => Value): Value | undefined {
  return file?.text === undefined ? undefined : read(mappedFile(file.path, file.text, file.isUtf8));
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
