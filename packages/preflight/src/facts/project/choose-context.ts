import { buildContext } from "#facts/context/build-context.js";
import type { BuildContext } from "#facts/context/build-context.js";
import type { Stage } from "#facts/dockerfile/stage.js";
import type { BuildCommand, ProjectFile } from "./project-facts.js";

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
 * Picks the build context: the declared one; else the folder that CI, compose files, scripts and documents name; else
 * the Dockerfile's own folder or the project's. Among several, the folder that holds most of the COPY sources wins.
 */
export function chooseContext(choice: ContextChoice): BuildContext {
  const { files, dockerfilePath, declared, commands } = choice;
  if (declared !== undefined) {
    return buildContext({ files, folder: declared, dockerfilePath, origin: "declared", otherFolders: [] });
  }
  const binding = foldersOf(commands.filter((command) => command.source !== "docs"));
  const named = binding.length > 0 ? binding : foldersOf(commands);
  const candidates = named.length > 0 ? named : [...new Set([folderOf(dockerfilePath), ""])];
  const origin = named.length > 0 ? "build-command" : "assumed";
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

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

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
