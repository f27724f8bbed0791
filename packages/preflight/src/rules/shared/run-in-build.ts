import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import { startedPython } from "#facts/image/start-command.js";
import type { ShellCommand } from "#facts/shell/script.js";
import { neededStages } from "./needed-stages.js";

/** A Python file of the image that a RUN step runs. */
export interface ModuleRun {
  readonly module: ImageModule;
  readonly command: ShellCommand;
  /** Its failure stops the build. */
  readonly isDecisive: boolean;
}

/** Every run of one of the image's Python files in the stages that are built. */
export function modulesRunInBuild(image: ImageFacts): readonly ModuleRun[] {
  const modules = new Map(image.python.modules.map((module) => [module.imagePath, module]));
  const stages = neededStages(image);
  return image.buildCommands.flatMap(({ command, run }) => {
    if (!stages.has(run.stage)) return [];
    const started = startedPython(command);
    const module = started?.kind === "file" ? modules.get(image.files.resolve(started.path)) : undefined;
    if (module === undefined) return [];
    return [{ module, command, isDecisive: command.fate.kind === "stops" && !command.isConditional }];
  });
}
