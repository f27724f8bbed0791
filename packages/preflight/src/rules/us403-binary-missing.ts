import type { ImageFacts } from "#facts/image/image-facts.js";
import type { PythonCall } from "#facts/python/module.js";
import type { ShellCommand } from "#facts/shell/script.js";
import { programProvider } from "#knowledge/index.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { addSystemPackages } from "./shared/add-system-package.js";
import { baseNameOf } from "./shared/file-name.js";
import { installsAtStart } from "./shared/installs-at-start.js";
import { processCallsOf } from "./shared/process-call.js";
import { mayHaveProgram } from "./shared/program-presence.js";
import { reachedImports } from "./shared/reached-imports.js";

/** A program is run that neither the base image nor a step of the build brings. */
export const binaryMissing: ImageRule = {
  scope: "image",
  meta: {
    id: "US403",
    name: "binary-missing",
    level: "error",
    phase: "job",
    summary: "A build step, a start script or the code runs a program that the image does not have.",
    seeds: ["S41"],
    fix: "auto",
  },
  *check(image) {
    for (const use of firstUses(image))
      if (!mayHaveProgram(image, use.program, use.stageIndex)) yield report(use, image);
  },
  lookedAt: (image) => {
    const count = firstUses(image).length;
    return count === 0 ? "" : `${count} programs`;
  },
};

interface ProgramUse {
  readonly program: string;
  readonly stageIndex: number;
  readonly at: Report["at"];
  readonly when: "build" | "start" | "job";
  /** False: the failure is caught, or only some inputs meet it. */
  readonly isFatal: boolean;
  /** Python package that runs it; undefined: named by the code or the script. */
  readonly by: string | undefined;
}

/** The first use of each program in each stage, a fatal one if there is one. */
function firstUses(image: ImageFacts): readonly ProgramUse[] {
  const first = new Map<string, ProgramUse>();
  for (const use of usesOf(image)) {
    const key = `${use.program} ${use.stageIndex}`;
    const known = first.get(key);
    if (known === undefined || (!known.isFatal && use.isFatal)) first.set(key, use);
  }
  return [...first.values()];
}

function usesOf(image: ImageFacts): readonly ProgramUse[] {
  const final = image.finalStage.index;
  const atRun = installsAtStart(image)
    ? []
    : [...startUses(image, final), ...codeUses(image, final), ...libraryUses(image, final)];
  return [...buildUses(image), ...atRun];
}

/** Programs of RUN, and git where pip gets a package from a repository. */
function buildUses({ buildCommands, installed }: ImageFacts): readonly ProgramUse[] {
  const commands = buildCommands
    .filter(
      ({ command }) => !command.isConditional && command.fate.kind !== "tested" && command.words[0]?.isKnown === true,
    )
    .map(({ command, run }) => ({
      program: command.name,
      stageIndex: run.stage.index,
      at: command.location,
      when: "build" as const,
      isFatal: command.fate.kind === "stops",
      by: undefined,
    }));
  const repositories = installed.python.flatMap(({ requirements, stageIndex, tool, command }) =>
    requirements
      .filter(({ url }) => url?.startsWith("git+") === true)
      .map(({ location }) => ({
        program: "git",
        stageIndex,
        at: location,
        when: "build" as const,
        isFatal: command.fate.kind === "stops",
        by: tool,
      })),
  );
  return [...commands, ...repositories];
}

/** `pkill old || true`: the author knows that it may fail. */
const isProvidedFor = ({ fate }: ShellCommand): boolean => fate.kind === "swallowed" && fate.by.startsWith("||");

function startUses({ entry }: ImageFacts, stageIndex: number): readonly ProgramUse[] {
  return entry.commands
    .filter((command) => !command.isConditional && command.fate.kind !== "tested" && command.words[0]?.isKnown === true)
    .filter((command) => !isProvidedFor(command))
    .map((command) => ({
      program: command.name,
      stageIndex,
      at: command.location,
      when: "start" as const,
      isFatal: command.fate.kind === "stops" && !command.isBackground,
      by: undefined,
    }));
}

/** A `try` around a job still fails the job; one at import time is a probe. */
const isTriedAtImport = ({ isInTry, functionName }: PythonCall): boolean => isInTry && functionName === undefined;

/** A module that asks `shutil.which` first knows what it does without. */
function codeUses({ python }: ImageFacts, stageIndex: number): readonly ProgramUse[] {
  return python.modules
    .filter(({ isReachable }) => isReachable)
    .flatMap(({ module, projectPath }) => {
      const isAsked = (program: string): boolean =>
        module.calls.some(
          ({ callee, arguments: [first] }) =>
            callee === "shutil.which" && first?.value.kind === "text" && first.value.text === program,
        );
      return processCallsOf(module).flatMap(({ words: [first], call }) => {
        const program = first?.isKnown === true && !first.text.includes(" ") ? baseNameOf(first.text) : "";
        if (program === "" || first?.text.startsWith("/") === true || isAsked(program)) return [];
        const at = { path: projectPath ?? module.source.path, line: call.line };
        return [{ program, stageIndex, at, when: "job" as const, isFatal: !isTriedAtImport(call), by: undefined }];
      });
    });
}

/** Python packages that run a program for everything they do. */
const programOfModule: ReadonlyMap<string, string> = new Map([
  ["ffmpeg", "ffmpeg"],
  ["whisper", "ffmpeg"],
  ["whisperx", "ffmpeg"],
]);

function libraryUses(image: ImageFacts, stageIndex: number): readonly ProgramUse[] {
  return reachedImports(image).flatMap(({ import: { module }, module: from, at }) => {
    const program = programOfModule.get(module.split(".")[0] ?? "");
    const isOwn = image.python.resolveImport(module, from.imagePath).kind === "module";
    return program === undefined || isOwn ? [] : [{ program, stageIndex, at, when: "job", isFatal: false, by: module }];
  });
}

function report(use: ProgramUse, image: ImageFacts): Report {
  const { program, at, when, isFatal, by } = use;
  const runner = by === undefined ? "runs here" : `is run by ${by}`;
  const what = `${program} ${runner}, and nothing installs it`;
  const names = programProvider(program).map(({ name, tool }) => `${name} (${tool})`);
  const fix = addedPackage(use, image);
  return {
    message: isFatal ? `${consequence[when]}: ${what}.` : `${what}.`,
    remedy: `Install ${names.join(" or ")}.`,
    at,
    level: isFatal ? "error" : "warning",
    phase: when,
    confidence: "likely",
    evidence: [{ statement: `The base image ${image.baseReference ?? ""} does not bring ${program}.` }],
    ...(fix === undefined ? {} : { fix }),
  };
}

const consequence = {
  build: "The build stops here",
  start: "The worker dies at start",
  job: "Every job that comes here fails",
} as const;

function addedPackage({ program, stageIndex, when, at }: ProgramUse, image: ImageFacts): Fix | undefined {
  const provider = programProvider(program).find(({ tool }) => tool === "apt");
  const isInDockerfile = at.path === image.dockerfile.path;
  const before = when === "build" ? (isInDockerfile ? at.line : 0) : undefined;
  return provider && addSystemPackages(image, stageIndex, [provider.name], before);
}
