import { posix } from "node:path";
import type { BuildContext } from "#facts/context/build-context.js";
import type { Dockerfile } from "#facts/dockerfile/dockerfile.js";
import type { RunStep, Stage, StageWalk } from "#facts/dockerfile/stage.js";
import type { ProjectFacts } from "#facts/project/project-facts.js";
import { baseImage, volumePaths } from "#knowledge/index.js";
import type { Target } from "#model/config.js";
import type { Location } from "#model/location.js";
import { mappedFile, type MappedText } from "#model/mapped-text.js";
import { readClones } from "./clones.js";
import { readDownloads } from "./downloads.js";
import { readEntry } from "./entry.js";
import type { EntryFacts, ImageFacts } from "./image-facts.js";
import { readImagePython } from "./image-python.js";
import { readInstalls } from "./installs.js";
import { readModelUses } from "./model-uses.js";
import { once } from "#model/once.js";
import { readRuns } from "./run-facts.js";
import { inferPurpose, inferTarget } from "./target.js";
import { createVirtualFiles } from "./virtual-files.js";

/** What an image is read from. */
export interface ReadImageOptions {
  readonly project: ProjectFacts;
  readonly dockerfile: Dockerfile;
  readonly context: BuildContext;
  /** The Dockerfile walked with the build command's arguments. */
  readonly walk: StageWalk;
  /** `--target` of the build command. */
  readonly targetStage: string | undefined;
}

/** Everything that rules may ask of one image. Each fact is worked out when it is first asked for. */
export function readImage(options: ReadImageOptions): ImageFacts {
  const { project, dockerfile, context, walk } = options;
  const finalStage = stageNamed(walk, options.targetStage) ?? walk.stages.at(-1) ?? emptyStage(dockerfile);
  const lineage = lineageOf(finalStage, walk);
  const finalSteps = lineage.flatMap((stage) => stage.steps);
  const start = lineage[0]?.base;
  const baseReference = start?.kind === "image" ? start.reference.text : undefined;
  const base = baseReference === undefined ? undefined : baseImage(baseReference);
  const runtimeEnvironment = environmentOf(finalStage);

  const runs = once(() => readRunsTwice(options, walk, lineage, finalStage));
  const clones = once(() => readClones(runs(), finalSteps));
  const build = once(() =>
    createVirtualFiles({
      walk,
      finalStage,
      context,
      runs: runs(),
      clones: clones(),
      mounts: () => mounts(),
      startCommands: () => entry().commands,
    }),
  );
  const installed = once(() =>
    readInstalls(runs(), (path, stage) => build().textAtBuild(path, stage.index), base, {
      finalSteps,
      readContext: (path) => contextText(context, path),
    }),
  );
  const files = once(() => build().final);
  const entry: () => EntryFacts = once(() =>
    readEntry({ lineage, finalStage, files: files(), runtimeEnvironment, base }),
  );
  const python = once(() =>
    readImagePython({
      files: files(),
      entry: entry(),
      runs: runs(),
      installed: installed(),
      clones: clones(),
      base,
      runtimeEnvironment,
      workdir: finalStage.end.workdir,
    }),
  );
  const target = once(() => inferTarget({ project, installed: installed(), files: files(), entry: entry() }));
  const mounts: () => readonly string[] = once(() => project.config.mounts ?? mountsOf(target()));
  const purpose = once(() => inferPurpose({ project, dockerfile, entry: entry(), target: target() }));
  const downloads = once(() => readDownloads(image));
  const modelUses = once(() => readModelUses(image));
  const buildCommands = once(() => runs().flatMap((run) => run.script.commands.map((command) => ({ command, run }))));
  const writes = once(() => runs().flatMap((run) => run.script.writes.map((write) => ({ write, run }))));

  const image: ImageFacts = {
    project,
    dockerfile,
    walk,
    finalStage,
    lineage,
    finalSteps,
    context,
    base,
    baseReference,
    runtimeEnvironment,
    environmentLine: (name) => environmentLine(lineage, name),
    get target() {
      return target();
    },
    get purpose() {
      return purpose();
    },
    get runs() {
      return runs();
    },
    get buildCommands() {
      return buildCommands();
    },
    get writes() {
      return writes();
    },
    get files() {
      return files();
    },
    get installed() {
      return installed();
    },
    get clones() {
      return clones();
    },
    get downloads() {
      return downloads();
    },
    get modelUses() {
      return modelUses();
    },
    get entry() {
      return entry();
    },
    get python() {
      return python();
    },
    get mounts() {
      return mounts();
    },
  };
  return image;
}

/**
 * RUN steps, scripts that they start followed. The file system tells the scripts' texts and is itself made by RUN: a
 * first pass knows what COPY brings, and only when it leaves a script unknown, a second one knows what RUN writes too.
 */
function readRunsTwice(
  { context }: ReadImageOptions,
  walk: StageWalk,
  lineage: readonly Stage[],
  finalStage: Stage,
): ImageFacts["runs"] {
  const parts = { walk, finalStage, context, clones: [], mounts: () => [], startCommands: () => [] };
  const copied = createVirtualFiles({ ...parts, runs: [] });
  const first = readRuns(
    walk,
    lineage,
    (stage, path, step) => boundText(step, path, context) ?? copied.textAtBuild(path, stage.index),
  );
  if (first.every((run) => run.script.unknownScripts.length === 0)) return first;
  const written = createVirtualFiles({ ...parts, runs: first });
  return readRuns(
    walk,
    lineage,
    (stage, path, step) =>
      boundText(step, path, context) ?? written.textAtBuild(path, stage.index) ?? copied.textAtBuild(path, stage.index),
  );
}

/** Text of a file that `RUN --mount=type=bind` shows from the context. */
function boundText(step: RunStep, path: string, context: BuildContext): MappedText | undefined {
  for (const { type, target, source, from } of step.mounts) {
    if (type !== "bind" || from !== undefined || target === undefined) continue;
    const relative = posix.relative(target, path);
    if (!relative.startsWith("..")) return contextText(context, posix.join("/", source ?? ".", relative).slice(1));
  }
  return undefined;
}

function contextText(context: BuildContext, path: string): MappedText | undefined {
  const text = context.files.get(posix.normalize(path))?.text;
  return text === undefined ? undefined : mappedFile(posix.join(context.folder, path), text);
}

/** Where a volume is mounted unless the project says otherwise. */
function mountsOf(target: Target | undefined): readonly string[] {
  return [target === "pod" ? volumePaths.pod : volumePaths.serverless];
}

/** A stage by name or number, as `--target` takes it. */
function stageNamed({ stages }: StageWalk, name: string | undefined): Stage | undefined {
  if (name === undefined) return undefined;
  return (
    stages.findLast((stage) => stage.name === name.toLowerCase()) ?? stages[/^\d+$/u.test(name) ? Number(name) : -1]
  );
}

/** Stages from the one that starts from an image to the final one. */
function lineageOf(finalStage: Stage, { stages }: StageWalk): readonly Stage[] {
  const lineage = [finalStage];
  for (let stage = finalStage; stage.base.kind === "stage" && stage.base.index < stage.index;) {
    const below = stages[stage.base.index];
    if (below === undefined) break;
    lineage.unshift(below);
    stage = below;
  }
  return lineage;
}

function environmentOf({ end }: Stage): ReadonlyMap<string, string> {
  return new Map([...end.environment].filter(([name]) => !end.buildArguments.has(name)));
}

function environmentLine(lineage: readonly Stage[], name: string): Location | undefined {
  for (const step of lineage.flatMap((stage) => stage.steps).reverse()) {
    const variable = step.kind === "env" ? step.variables.findLast((each) => each.name === name) : undefined;
    if (variable !== undefined) return { path: step.instruction.arguments.path, line: variable.line };
  }
  return undefined;
}

/** Stands for the final stage of a Dockerfile without FROM; the parser has told the problem. */
function emptyStage(dockerfile: Dockerfile): Stage {
  const { path } = dockerfile;
  const from = {
    keyword: "FROM" as const,
    flags: [],
    arguments: mappedFile(path, ""),
    exec: undefined,
    heredocs: [],
    isOnbuild: false,
    line: 1,
    endLine: 1,
  };
  const end = { environment: new Map(), buildArguments: new Set<string>(), workdir: "/", user: "root", shell: [] };
  return { index: 0, name: undefined, base: { kind: "scratch" }, platform: undefined, from, steps: [], end };
}
