import { buildContext } from "#facts/context/build-context.js";
import type { BuildContext } from "#facts/context/build-context.js";
import type { Stage } from "#facts/dockerfile/stage.js";
import type { BuildCommand, ProjectFile } from "./project-facts.js";
import { folderOf } from "./project-path.js";

/** What decides which folder a Dockerfile is built from. */
export interface ContextChoice {
  readonly files: ReadonlyMap<string, ProjectFile>;
  readonly dockerfilePath: string;
  readonly stages: readonly Stage[];
  /** Build commands of the project that name this Dockerfile. */
  readonly commands: readonly BuildCommand[];
  /** `--context`, from the project's folder. */
  readonly declared: string | undefined;
}

/**
 * Picks the build context: the declared one; else a folder that CI, compose files or scripts name; else one that documents
 * name, the Dockerfile's own or the project's. Among several, the first that holds most of the COPY sources wins: what a
 * document says may be wrong, and a rule of its own says so.
 */
export function chooseContext(choice: ContextChoice): BuildContext {
  const { files, dockerfilePath, declared, commands } = choice;
  if (declared !== undefined) {
    return buildContext({ files, folder: declared, dockerfilePath, origin: "declared", otherFolders: [] });
  }
  const binding = foldersOf(commands.filter((command) => command.source !== "docs"));
  const guesses = [...new Set([...foldersOf(commands), folderOf(dockerfilePath), ""])];
  const candidates = binding.length > 0 ? binding : guesses;
  const origin = binding.length > 0 ? "build-command" : "assumed";
  const contexts = candidates.map((folder) =>
    buildContext({
      files,
      folder,
      dockerfilePath,
      origin,
      otherFolders: candidates.filter((other) => other !== folder),
    }),
  );
  const scored = contexts.map((context) => ({ context, found: countFound(context, choice.stages) }));
  return scored.reduce((best, next) => (next.found > best.found ? next : best)).context;
}

function foldersOf(commands: readonly BuildCommand[]): readonly string[] {
  return [...new Set(commands.flatMap((command) => command.context ?? []))];
}

function countFound(context: BuildContext, stages: readonly Stage[]): number {
  let found = 0;
  for (const step of stages.flatMap((stage) => stage.steps)) {
    if (step.kind !== "copy" || step.from !== undefined) continue;
    for (const { kind, pattern } of step.sources) {
      if (kind === "path" && pattern.unresolved.length === 0 && context.match(pattern.text).length > 0) found++;
    }
  }
  return found;
}
