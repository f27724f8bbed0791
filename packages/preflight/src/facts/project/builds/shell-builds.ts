import type { BuildCommand, ProjectFile } from "#facts/project/project-facts.js";
import { type ProjectShell, projectPath, projectRoot } from "#facts/project/project-shell.js";
import type { ShellCommand } from "#facts/shell/script.js";
import type { MappedText } from "#model/mapped-text.js";
import { placeOf, standingFolder } from "./build-place.js";
import { readBuildWords } from "./build-words.js";

/** What the readers of build commands share. */
export interface BuildSources {
  readonly files: ReadonlyMap<string, ProjectFile>;
  readonly shellOf: ProjectShell;
}

/** The build commands of a shell text that starts in `folder`. */
export function shellBuilds(
  { files, shellOf }: BuildSources,
  text: MappedText,
  source: BuildCommand["source"],
  folder = "",
): readonly BuildCommand[] {
  if (!mayBuild.test(text.text)) return [];
  return shellOf(text, folder).commands.flatMap((command) => {
    const options = readBuildWords(command.words);
    if (options === undefined) return [];
    const isGuessed = source === "script" || source === "docs";
    const stand = isGuessed
      ? standingFolder(files, { path: text.path, isDocument: source === "docs" }, command.workdir, options)
      : projectPath("", command.workdir ?? "~");
    return [
      {
        location: command.location,
        source,
        ...placeOf(stand, options),
        tags: options.tags,
        buildArguments: options.buildArguments,
        targetStage: options.targetStage,
        written: writtenOf(command),
      },
    ];
  });
}

/** Asked before the grammar is: most scripts and samples build nothing. */
export const mayBuild = /\b(?:docker|podman|nerdctl|buildah|depot|executor)\b/;

const secretValue = /((?:TOKEN|SECRET|PASSWORD|PASSWD|KEY|CREDENTIAL)\w*=).*/is;

/** One line, without the values of arguments that are named like secrets. */
function writtenOf(command: ShellCommand): string {
  const words = command.words.map(({ raw }) => raw.replaceAll(projectRoot, ".").replace(secretValue, "$1…"));
  return words.join(" ").slice(0, 300);
}
