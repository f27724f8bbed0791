import type { BuildCommand, ProjectFile } from "#facts/project/project-facts.js";
import { folderOf } from "#facts/project/project-path.js";
import { rewriteText } from "#facts/project/rewrite-text.js";
import { type MappedText, mappedFile, mappedSlice } from "#model/mapped-text.js";
import { type BuildSources, mayBuild, shellBuilds } from "./shell-builds.js";

/** The builds of a Makefile. Make runs each line of a recipe in a shell of its own, in the Makefile's folder. */
export function makefileBuilds(sources: BuildSources, file: ProjectFile): readonly BuildCommand[] {
  if (file.text === undefined || !mayBuild.test(file.text)) return [];
  const variables = readVariables(file.text);
  return recipeLines(mappedFile(file.path, file.text))
    .map((line) => expanded(line, variables))
    .filter((line) => mayBuild.test(line.text))
    .slice(0, maxBuildLines)
    .flatMap((line) => shellBuilds(sources, line, "script", folderOf(file.path)));
}

/** Each is parsed alone, 0.3 ms measured. */
const maxBuildLines = 500;

function readVariables(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(
    /^(?:export[ \t]+)?([\w.-]+)[ \t]*[:?]{0,2}=[ \t]*([^\n#]*)/gm,
  )) {
    variables.set(name, value.trim());
  }
  return variables;
}

function recipeLines(source: MappedText): readonly MappedText[] {
  const lines: MappedText[] = [];
  for (const found of source.text.matchAll(/^\t[ \t]*[@+-]*[ \t]*((?:[^\\\n]|\\[^])*)/gm)) {
    const start = found.index + found[0].length - (found[1]?.length ?? 0);
    lines.push(mappedSlice(source, start, found.index + found[0].length));
  }
  return lines;
}

/** `$(NAME)` of the Makefile, nested four times at most; `$$` is the shell's `$`. */
function expanded(line: MappedText, variables: ReadonlyMap<string, string>): MappedText {
  let text = line;
  for (let depth = 0; depth < 4; depth++) {
    text = rewriteText(text, /\$[({]([\w.-]+)[)}]/g, ([, name = ""]) => {
      const value = name === "CURDIR" || name === "PWD" ? "." : variables.get(name);
      return value === undefined || value.length > 500 || text.text.length > 4000 ? undefined : value;
    });
  }
  return rewriteText(text, /\$\$/g, () => "$");
}
