import type { BuildContext } from "#facts/context/build-context.js";
import type { Stage, StageWalk } from "#facts/dockerfile/stage.js";
import type { ShellCommand } from "#facts/shell/script.js";
import { baseImage } from "#knowledge/index.js";
import { mappedFile, type MappedText } from "#model/mapped-text.js";
import { baseTreeOf } from "./base-folders.js";
import { applyCopy } from "./copy-step.js";
import type { CloneFacts, ImagePath, Presence, RunFacts, VirtualFiles } from "./image-facts.js";
import { once } from "#model/once.js";
import { applyRun, applyStart } from "./run-effects.js";
import { isBelow, StageFiles } from "./stage-files.js";

/** Copies of copies followed for a text; stages cannot go round in a circle, hostile input stops here. */
const maxCopies = 100;

/** What the file system of an image is made of. */
export interface VirtualFilesOptions {
  readonly walk: StageWalk;
  readonly finalStage: Stage;
  readonly context: BuildContext;
  readonly runs: readonly RunFacts[];
  readonly clones: readonly CloneFacts[];
  /** Asked for when `find` is, as the mounts depend on the target. */
  readonly mounts: () => readonly string[];
  /** Asked for when `find` is; what they make is not absent when the worker looks for it. */
  readonly startCommands: () => readonly ShellCommand[];
}

/** The file systems of a Dockerfile's stages. */
export interface BuildFiles {
  readonly final: VirtualFiles;
  /** Text of a file as a step of a stage may have found it, though a later step removed it. */
  textAtBuild(path: string, stageIndex: number): MappedText | undefined;
}

/** Carries out the steps of every stage in thought, each stage when first asked for. */
export function createVirtualFiles(options: VirtualFilesOptions): BuildFiles {
  const { walk, finalStage, context } = options;
  const runs = new Map(options.runs.map((run) => [run.step, run]));
  const clones = new Map<ShellCommand, CloneFacts>(options.clones.map((clone) => [clone.command, clone]));
  const stages = walk.stages.map((stage) => once(() => filesAfter(stage)));
  const stageFiles = (index: number): StageFiles | undefined => stages[index]?.();
  const final = once(() => stageFiles(finalStage.index) ?? new StageFiles(finalStage.index, () => undefined));

  const whenStarted = once(() => {
    const files = new StageFiles(finalStage.index, final());
    applyStart(files, options.startCommands());
    return files;
  });

  function filesAfter(stage: Stage): StageFiles {
    const files = new StageFiles(stage.index, startOf(stage));
    const textAtBuild = (path: string): string | undefined =>
      textOf(files.everMadeAt(files.follow(path) ?? path))?.text;
    for (const step of stage.steps) {
      const location = { path: step.instruction.arguments.path, line: step.instruction.line };
      if (step.kind === "workdir") {
        const path = files.follow(step.values[0]?.text ?? "/") ?? "/";
        const isThere = files.madeAt(path) !== undefined || path === "/";
        if (!isThere) files.add({ path, origin: { kind: "folder" }, location, ...made(stage) });
      } else if (step.kind === "copy") {
        // Only stages above can be copied from (Dockerfile reference, COPY --from); others would go round in a circle.
        applyCopy(files, step, {
          context,
          stageFiles: (index) => (index < stage.index ? stageFiles(index) : undefined),
        });
      } else if (step.kind === "run") {
        const run = runs.get(step);
        if (run !== undefined) applyRun(files, run, { clones, textAtBuild });
      }
    }
    return files;
  }

  function startOf(stage: Stage): StageFiles | ((path: string) => string | undefined) {
    if (stage.base.kind === "stage" && stage.base.index < stage.index) {
      return stageFiles(stage.base.index) ?? (() => undefined);
    }
    if (stage.base.kind !== "image") return () => undefined;
    const { text } = stage.base.reference;
    return baseTreeOf(text, baseImage(text));
  }

  function textOf(entry: ImagePath | undefined, copies = 0): MappedText | undefined {
    if (entry === undefined || copies > maxCopies) return undefined;
    const { origin } = entry;
    if (origin.kind === "written") return origin.content;
    if (origin.kind === "stage") return textOf(stageFiles(origin.stageIndex)?.everMadeAt(origin.path), copies + 1);
    if (origin.kind !== "copied") return undefined;
    const file = context.files.get(origin.contextPath);
    return file?.text === undefined ? undefined : mappedFile(file.path, file.text, file.isUtf8);
  }

  function find(path: string): Presence {
    const real = final().follow(path);
    if (real === undefined) return { kind: "absent" };
    const entry = final().madeAt(real) ?? impliedFolder(final(), real);
    const mount = options.mounts().find((folder) => isBelow(real, folder));
    if (mount !== undefined) return { kind: "unknown", because: `what is mounted at ${mount}`, made: entry };
    if (entry !== undefined) return { kind: "present", made: entry };
    const tree = final().unknownAt(real);
    if (tree !== undefined) return { kind: "unknown", ...tree };
    const isMadeAtStart = whenStarted().follow(path) !== real || holds(whenStarted(), real);
    return isMadeAtStart
      ? { kind: "unknown", because: "what the start commands make", made: undefined }
      : { kind: "absent" };
  }

  return {
    final: {
      get paths() {
        return final().paths;
      },
      get allPaths() {
        return stages.flatMap((files, index) => files().paths.filter((entry) => entry.stageIndex === index));
      },
      find,
      resolve: (path) => final().follow(path) ?? path,
      textOf: (path) => textOf(final().madeAt(final().follow(path) ?? path)),
      below: (folder) => final().below(final().follow(folder) ?? folder),
    },
    textAtBuild: (path, stageIndex) => {
      const files = stageFiles(stageIndex);
      return files === undefined ? undefined : textOf(files.everMadeAt(files.follow(path) ?? path));
    },
  };
}

function holds(files: StageFiles, path: string): boolean {
  return files.madeAt(path) !== undefined || files.isFolder(path) || files.unknownAt(path) !== undefined;
}

/** A folder that is there because something lies in it. */
function impliedFolder(files: StageFiles, path: string): ImagePath | undefined {
  const first = files.anyBelow(path);
  return first === undefined ? undefined : { ...first, path, origin: { kind: "folder" }, isExecutable: undefined };
}

function made(stage: Stage): Pick<ImagePath, "stageIndex" | "isCertain" | "isExecutable"> {
  return { stageIndex: stage.index, isCertain: true, isExecutable: undefined };
}
