import { posix } from "node:path";
import type { ShellCommand } from "#facts/shell/script.js";
import type { Location } from "#model/location.js";
import { environmentAfter } from "./code-environment.js";
import { type CodeMoment, fetchedByCall } from "./download-calls.js";
import { type Fetched, fetchedByCommand } from "./download-commands.js";
import type { ImageFacts, ModelDownload } from "./image-facts.js";
import { addressOf, isWeightFile, isWeightUrl } from "./weights.js";

/** What downloads are read from. */
export type DownloadParts = Pick<
  ImageFacts,
  "runs" | "walk" | "lineage" | "clones" | "entry" | "python" | "files" | "runtimeEnvironment" | "finalStage"
>;

/**
 * Weights that the build brings into the image, and weights that start commands and the code that they reach fetch when
 * the container runs. What a stage fetches and the final image copies is told at its place in the final image.
 */
export function readDownloads(image: DownloadParts): readonly ModelDownload[] {
  const staged = stagedPaths(image);
  const fetched = [...byRuns(image), ...byClones(image), ...byAdd(image)];
  return distinct([...fetched.map((each) => carried(each, staged)), ...byCopy(image), ...byStart(image)]);
}

/** Commands of RUN, Python code inside RUN, and Python files of the image that RUN runs. */
function byRuns(image: DownloadParts): readonly ModelDownload[] {
  const modules = new Map(image.python.modules.map((module) => [module.imagePath, module]));
  const embedded = new Map(image.python.embedded.map((each) => [each.code.command, each.module]));
  return image.runs.flatMap((run) => {
    const place = { when: "build", stageIndex: run.stage.index, isInFinalImage: run.isInFinalImage } as const;
    return run.script.commands.flatMap((command) => {
      const { fate, location } = command;
      const moment = { ...place, fate, ...(command.isConditional ? { isConditional: true as const } : {}) };
      const direct = fetchedByCommand(command).map((each) => ({ ...each, ...moment, location }));
      const codes = [embedded.get(command), modules.get(scriptPath(command) ?? "")?.module];
      const byCode = codes.flatMap((module) =>
        module === undefined
          ? []
          : byModule(
              { module, environment: environmentAfter([module], command.environment), workdir: command.workdir },
              moment,
            ),
      );
      return [...direct, ...byCode];
    });
  });
}

/** Start commands, and every call of the modules that they reach, in functions too: a handler loads at its first job. */
function byStart(image: DownloadParts): readonly ModelDownload[] {
  const place = { when: "start", stageIndex: image.finalStage.index, isInFinalImage: true } as const;
  const commands = image.entry.commands.flatMap((command) =>
    fetchedByCommand(command).map((each) => ({ ...each, ...place, location: command.location, fate: command.fate })),
  );
  const workdir = startFolder(image);
  const modules = image.python.modules.filter((each) => each.isReachable).map((each) => each.module);
  const environment = environmentAfter(modules, image.runtimeEnvironment);
  const code = modules.flatMap((module) => byModule({ module, environment, workdir }, { ...place, fate: undefined }));
  return [...commands, ...code];
}

function byModule(
  moment: CodeMoment,
  place: Pick<ModelDownload, "when" | "stageIndex" | "isInFinalImage" | "fate" | "isConditional">,
): readonly ModelDownload[] {
  const { path } = moment.module.source;
  return moment.module.calls.flatMap((call) =>
    fetchedByCall(call, moment).map((each) => ({ ...each, ...place, location: { path, line: call.line } })),
  );
}

/** A clone of a model repository of Hugging Face; without git-lfs's smudge step it holds pointers only. */
function byClones(image: DownloadParts): readonly ModelDownload[] {
  return image.clones.flatMap(({ command, url, folder, stageIndex, isInFinalImage }) => {
    const id =
      /^(?:https?:\/\/|git@)(?:huggingface\.co|hf\.co)[/:](?!spaces\/|datasets\/)([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(
        url,
      )?.[1];
    const skipsWeights = command.environment.get("GIT_LFS_SKIP_SMUDGE") ?? assigned(command, "GIT_LFS_SKIP_SMUDGE");
    if (id === undefined || skipsWeights === "1") return [];
    const place = {
      when: "build",
      stageIndex,
      isInFinalImage,
      location: command.location,
      fate: command.fate,
    } as const;
    return [{ kind: "hf", what: id, path: folder, cacheFolder: undefined, ...place } as const];
  });
}

function byAdd(image: DownloadParts): readonly ModelDownload[] {
  return image.walk.stages.flatMap((stage) =>
    stage.steps.flatMap((step) => {
      if (step.kind !== "copy") return [];
      return step.sources.flatMap(({ kind, pattern, line }) => {
        if (kind !== "url" || !isWeightUrl(pattern.text)) return [];
        const what = addressOf(pattern.text);
        const { text, unresolved } = step.destination;
        const target = text.endsWith("/") ? posix.join(text, posix.basename(what)) : text;
        const fetched: Fetched = {
          kind: "url",
          what,
          path: unresolved.length === 0 ? posix.resolve(step.workdir, target) : undefined,
          cacheFolder: undefined,
        };
        const location: Location = { path: step.instruction.arguments.path, line };
        const isInFinalImage = image.lineage.includes(stage);
        return [
          { ...fetched, when: "build", stageIndex: stage.index, isInFinalImage, location, fate: undefined } as const,
        ];
      });
    }),
  );
}

function byCopy(image: DownloadParts): readonly ModelDownload[] {
  return image.files.paths.flatMap(({ path, origin, location, stageIndex }) => {
    if (origin.kind !== "copied" || !isWeightFile(path)) return [];
    const place = { when: "build", stageIndex, isInFinalImage: true, location, fate: undefined } as const;
    return [{ kind: "copy", what: origin.contextPath, path, cacheFolder: undefined, ...place } as const];
  });
}

/** A download of another stage at the place where the final image has it, when it copies it. */
function carried(download: ModelDownload, staged: readonly StagedPath[]): ModelDownload {
  const from = download.path ?? download.cacheFolder;
  if (download.isInFinalImage || from === undefined) return download;
  const copy = staged.find(
    ({ stageIndex, source }) =>
      stageIndex === download.stageIndex && (from === source || from.startsWith(source === "/" ? "/" : `${source}/`)),
  );
  if (copy === undefined) return download;
  const to = posix.join(copy.path, posix.relative(copy.source, from));
  return download.path === undefined
    ? { ...download, cacheFolder: to, isInFinalImage: true }
    : { ...download, path: to, isInFinalImage: true };
}

/** A path of the final image that `COPY --from` takes from another stage. */
interface StagedPath {
  readonly path: string;
  readonly stageIndex: number;
  readonly source: string;
}

/** Files as they come to lie, then what COPY itself says: a folder whose content nobody can list is copied too. */
function stagedPaths({ files, lineage }: DownloadParts): readonly StagedPath[] {
  const made = files.paths.flatMap(({ path, origin }) =>
    origin.kind === "stage" ? [{ path, stageIndex: origin.stageIndex, source: origin.path }] : [],
  );
  const written = lineage.flatMap(({ steps }) =>
    steps.flatMap((step) => {
      if (step.kind !== "copy" || step.from?.kind !== "stage" || step.destination.unresolved.length > 0) return [];
      const { index } = step.from;
      const path = posix.resolve(step.workdir, step.destination.text);
      return step.sources.flatMap(({ pattern: { text, unresolved } }) =>
        unresolved.length > 0 || /[*?[]/.test(text)
          ? []
          : [{ path, stageIndex: index, source: posix.resolve("/", text) }],
      );
    }),
  );
  return [...made, ...written];
}

/** `python /app/fetch.py`, `python -u fetch.py`, `./fetch.py`: the file's path in the image. */
function scriptPath(command: ShellCommand): string | undefined {
  const isPython = /^python[\d.]*$/.test(command.name);
  const word = isPython
    ? command.words.slice(1).find((each) => each.text === "-c" || each.text === "-m" || !each.text.startsWith("-"))
    : command.words[0];
  if (word?.isKnown !== true || !word.text.endsWith(".py")) return undefined;
  if (posix.isAbsolute(word.text)) return posix.resolve(word.text);
  return command.workdir === undefined ? undefined : posix.resolve(command.workdir, word.text);
}

function assigned(command: ShellCommand, name: string): string | undefined {
  return command.assignments.find((assignment) => assignment.name === name)?.value.text;
}

/** Folder that the start command's Python runs in; undefined when there are several. */
export function startFolder(image: Pick<ImageFacts, "entry">): string | undefined {
  const { pythonFiles, pythonModules } = image.entry;
  const folders = new Set([...pythonFiles, ...pythonModules].map(({ command }) => command.workdir));
  return folders.size === 1 ? [...folders][0] : undefined;
}

/** The same download named twice on a line is one. */
function distinct(downloads: readonly ModelDownload[]): readonly ModelDownload[] {
  const byKey = new Map<string, ModelDownload>();
  for (const download of downloads) {
    const { what, path, cacheFolder, when, location } = download;
    const key = JSON.stringify([what, path, cacheFolder, when, location.path, location.line]);
    if (!byKey.has(key)) byKey.set(key, download);
  }
  return [...byKey.values()];
}
