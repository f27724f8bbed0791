import type { Stage, Step } from "#facts/dockerfile/stage.js";
import type { ShellCommand, ShellWord } from "#facts/shell/script.js";
import type { BaseImage } from "#knowledge/index.js";
import type { MappedText } from "#model/mapped-text.js";
import type { InstalledFacts, PythonInstall, PythonRequirement, RunFacts, SystemInstall } from "./image-facts.js";
import { condaKind } from "./conda-packages.js";
import { expandedCommand } from "./listed-words.js";
import { readPipCommand, type PipRequest } from "./pip-command.js";
import { type ReadFile, requestedPython } from "./requested-python.js";
import { readSystemCommand } from "./system-command.js";

/** What installs need to know of the rest of the image; without it they know less, and say so by `isOpen`. */
export interface InstallSurroundings {
  /** Steps of the final image: environments that they copy from other stages count as installed. */
  readonly finalSteps?: readonly Step[];
  /** Text of a file of the build context, for `--mount=type=bind`. */
  readonly readContext?: (contextPath: string) => MappedText | undefined;
}

/**
 * What the RUN steps install. Packages of a known base image are in `systemPackages`; its Python distributions are not
 * in `distributions`, which names the line of each. A base that is not well known makes the answer open.
 * @param readText text of a file of a stage by its absolute path; undefined: nobody can know.
 */
export function readInstalls(
  runs: readonly RunFacts[],
  readText: (path: string, stage: Stage) => MappedText | undefined,
  base: BaseImage | undefined,
  surroundings: InstallSurroundings = {},
): InstalledFacts {
  const python: PythonInstall[] = [];
  const system: SystemInstall[] = [];
  const distributions = new Map<string, PythonRequirement>();
  const systemPackages = new Set(base?.systemPackages);
  const carriedStages = stagesCopiedFrom(surroundings.finalSteps ?? [], runs);
  let isOpen = base?.isWellKnown !== true;

  for (const run of runs) {
    const read: ReadFile = (path) => mountedText(path, run, surroundings) ?? readText(path, run.stage);
    const place = { stageIndex: run.stage.index, isInFinalImage: run.isInFinalImage };
    const holdsPython = run.isInFinalImage || carriedStages.has(run.stage.index);
    for (const written of run.script.commands) {
      const command = expandedCommand(written, read);
      const request = readPipCommand(command);
      if (request?.action === "uninstall") {
        if (holdsPython) for (const word of request.requirements) distributions.delete(nameOf(word, request, command));
        continue;
      }
      if (request !== undefined) {
        const { requirements, isOpen: isUnread, ...rest } = requestedPython(request, command, read);
        isOpen ||= holdsPython && isUnread;
        const { distributions: named, natives } = sorted(request, requirements);
        python.push({
          ...rest,
          ...place,
          isInFinalImage: holdsPython,
          command,
          tool: request.tool,
          requirements: named,
        });
        if (holdsPython) for (const each of named) if (each.name !== "") distributions.set(each.name, each);
        if (natives.length > 0) system.push({ ...place, command, tool: "conda", packages: natives });
        if (run.isInFinalImage) for (const { name } of natives) systemPackages.add(name);
        continue;
      }
      const asked = readSystemCommand(command);
      if (asked === undefined) continue;
      const packages = asked.packages.map(({ name, word }) => ({ name, location: placeOf(word, command) }));
      if (asked.action === "install") system.push({ ...place, command, tool: asked.tool, packages });
      if (!run.isInFinalImage) continue;
      isOpen ||= asked.action === "install" && asked.unknown.length > 0;
      for (const { name } of packages) {
        if (asked.action === "install") systemPackages.add(name);
        else systemPackages.delete(name);
      }
    }
  }
  return { python, system, distributions, systemPackages, isOpen };
}

/** Conda installs libraries and programs too. */
function sorted(
  request: PipRequest,
  requirements: readonly PythonRequirement[],
): {
  readonly distributions: readonly PythonRequirement[];
  readonly natives: readonly { readonly name: string; readonly location: PythonRequirement["location"] }[];
} {
  if (request.tool !== "conda") return { distributions: requirements, natives: [] };
  return {
    distributions: requirements.filter((each) => condaKind(each.name) === "python"),
    natives: requirements.filter((each) => condaKind(each.name) === "native"),
  };
}

function nameOf(word: ShellWord, request: PipRequest, command: ShellCommand): string {
  const single = { ...request, requirements: [word], requirementFiles: [], constraintFiles: [], projects: [] };
  return requestedPython(single, command, () => undefined).requirements[0]?.name ?? "";
}

function placeOf(word: ShellWord, command: ShellCommand): PythonRequirement["location"] {
  return { path: command.location.path, line: word.line };
}

/** Text of a file below a bind mount of the build context. */
function mountedText(path: string, run: RunFacts, { readContext }: InstallSurroundings): MappedText | undefined {
  for (const { type, target, source = "", from } of run.step.mounts) {
    if (type !== "bind" || target === undefined || from !== undefined) continue;
    const folder = target.replace(/\/+$/, "");
    if (path !== folder && !path.startsWith(`${folder}/`)) continue;
    return readContext?.(`${source.replace(/\/+$/, "")}${path.slice(folder.length)}`.replace(/^(\.?\/)+/, ""));
  }
  return undefined;
}

/** Stages whose Python environment the final image copies, with the stages that those are built on. */
function stagesCopiedFrom(finalSteps: readonly Step[], runs: readonly RunFacts[]): ReadonlySet<number> {
  const stages = new Map(runs.map((run) => [run.stage.index, run.stage]));
  const found = new Set<number>();
  for (const step of finalSteps) {
    if (step.kind !== "copy" || step.from?.kind !== "stage") continue;
    if (!step.sources.some((source) => environmentFolder.test(source.pattern.text))) continue;
    for (let index: number | undefined = step.from.index; index !== undefined && !found.has(index);) {
      found.add(index);
      const base: Stage["base"] | undefined = stages.get(index)?.base;
      index = base?.kind === "stage" ? base.index : undefined;
    }
  }
  return found;
}

/** Folders that hold a virtual environment or an interpreter's packages. */
const environmentFolder =
  /(^|\/)(site-packages|dist-packages|[\w.-]*venv[\w.-]*|\.local|[\w-]*conda[\w-]*)(\/|$)|^\/?$|^\/(usr\/local|opt|usr)(\/lib)?(\/python[\d.]*)?\/?$/;
