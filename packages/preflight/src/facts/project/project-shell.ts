import type { ShellScope, ShellScript } from "#facts/shell/script.js";
import { type MappedText, mappedFile } from "#model/mapped-text.js";
import type { ProjectFile } from "./project-facts.js";
import { folderOf, resolveInProject } from "./project-path.js";
import { rewriteText } from "./rewrite-text.js";

/** Takes apart a shell text as run from a folder of the project, "" (the default) for the project itself. */
export type ProjectShell = (source: MappedText, folder?: string) => ShellScript;

/** Where the project's folder lies in the eyes of its shell scripts. */
export const projectRoot = "/.project";

/**
 * Makes the reader of the project's own scripts: they find each other, know where they stand, and are read once.
 * @param readShell the shell reader, `#facts/shell/read-shell.js`.
 */
export function projectShell(
  files: ReadonlyMap<string, ProjectFile>,
  readShell: (source: MappedText, scope: ShellScope) => ShellScript,
): ProjectShell {
  const lookUpScript = (path: string) => {
    const inProject = projectPath("", path);
    const text = inProject === undefined ? undefined : files.get(inProject)?.text;
    return text === undefined || inProject === undefined ? undefined : withOwnFolder(mappedFile(inProject, text));
  };
  const known = new Map<string, ShellScript>();
  return (source, folder = "") => {
    const key = [source.path, source.lineAt(0), folder, source.text].join("\0");
    const script = known.get(key) ?? readShell(withOwnFolder(source), scopeOf(folder, lookUpScript));
    known.set(key, script);
    return script;
  };
}

function scopeOf(folder: string, lookUpScript: ShellScope["lookUpScript"]): ShellScope {
  return {
    environment: rootEnvironment,
    workdir: folder === "" ? projectRoot : `${projectRoot}/${folder}`,
    shell: ["/bin/bash", "-c"],
    via: [],
    lookUpScript,
  };
}

/**
 * Resolves a path that a script names against a folder of the project.
 * @returns the path from the project's folder; undefined when it lies outside.
 */
export function projectPath(folder: string, path: string): string | undefined {
  if (path !== projectRoot && !path.startsWith(`${projectRoot}/`)) return resolveInProject(folder, path);
  return resolveInProject("", path.slice(projectRoot.length + 1));
}

/** Variables in which GitHub, GitLab and Cloud Build keep the folder of the checkout. */
const rootEnvironment: ReadonlyMap<string, string> = new Map([
  ["GITHUB_WORKSPACE", projectRoot],
  ["CI_PROJECT_DIR", projectRoot],
]);

const ownPath = String.raw`["']?\$(?:0|\{0\}|BASH_SOURCE|\{BASH_SOURCE(?:\[0\])?(?::-\$0)?\})["']?`;
const ownFolder = new RegExp(
  String.raw`\$\(\s*dirname\s+(?:--\s+)?${ownPath}\s*;?\s*\)|\$\{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\}`,
  "g",
);

/** `$(cd FOLDER && pwd)` and `$(realpath FOLDER)`, where FOLDER may begin with a variable. */
const folderOutput =
  /\$\(\s*(?:cd|realpath|readlink\s+-f)\s+(?:--\s+)?["']?(?:\$\{?(\w+)\}?)?([\w./-]*)["']?\s*(?:>\s*\/dev\/null\s*)?(?:(?:&&|;)\s*pwd(?:\s+-[PL])?\s*)?\)/g;

const folderVariable = /^[ \t]*(?:(?:export|readonly|local)[ \t]+)?(\w+)=["']?(\/\.project[\w./-]*)["']?[ \t]*$/gm;

const topLevel = /\$\(\s*git\s+rev-parse\s+--show-toplevel\s*\)/g;

/** `$(cd "$(dirname "$0")/.." && pwd)` and its kin are known for a script of the project: they become its folder. */
function withOwnFolder(source: MappedText): MappedText {
  if (!/dirname|%\/\*|show-toplevel/.test(source.text)) return source;
  const folder = folderOf(source.path);
  const own = folder === "" ? projectRoot : `${projectRoot}/${folder}`;
  const isPlain = /^[\w./-]*$/.test(own);
  const placed = isPlain ? rewriteText(source, ownFolder, () => own) : source;
  const once = withFolderOutputs(rewriteText(placed, topLevel, () => projectRoot));
  return withFolderOutputs(once);
}

function withFolderOutputs(source: MappedText): MappedText {
  const variables = new Map([...source.text.matchAll(folderVariable)].map(([, name, folder]) => [name, folder]));
  return rewriteText(source, folderOutput, ([, name, rest = ""]) => {
    const path = name === undefined ? rest : `${variables.get(name) ?? ""}${rest}`;
    return path.startsWith(projectRoot) ? path : undefined;
  });
}
