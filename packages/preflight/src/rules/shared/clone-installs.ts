import { posix } from "node:path";
import type { CloneFacts, ImageFacts } from "#facts/image/image-facts.js";
import { type KnownProject, type KnownRequirementFile, knownProject } from "#knowledge/index.js";

/** A clone of a public project whose files are known. */
export interface KnownClone {
  readonly clone: CloneFacts;
  readonly folder: string;
  readonly project: KnownProject;
  /** Requirement files that no build command names. */
  readonly skipped: readonly KnownRequirementFile[];
}

/** Clones in the final image of projects that the tables know. */
export function knownClones(image: ImageFacts): readonly KnownClone[] {
  return image.clones.flatMap((clone) => {
    const project = clone.repository === undefined ? undefined : knownProject(clone.repository);
    if (project === undefined || clone.folder === undefined || !clone.isInFinalImage) return [];
    const { folder } = clone;
    const skipped = project.requirementFiles.filter((file) => !isNamed(file, folder, image));
    return [{ clone, folder, project, skipped }];
  });
}

/**
 * Whether a build command may install a file: pip reads it, installs its project, or any command names it from inside the
 * clone, such as `grep -v torch requirements.txt`.
 */
function isNamed({ path }: KnownRequirementFile, folder: string, { installed, buildCommands }: ImageFacts): boolean {
  const full = posix.join(folder, path);
  return (
    installed.python.some(
      ({ projects, unreadRequirements, options }) =>
        unreadRequirements.includes(full) ||
        (path === "pyproject.toml" && !options.has("--no-deps") && projects.some((each) => each.path === folder)),
    ) ||
    buildCommands.some(({ command: { words, workdir } }) =>
      words.some(({ text }) => {
        const named = posix.resolve(workdir ?? "/", text);
        return named === full || (posix.dirname(named) === folder && installScript.test(named));
      }),
    )
  );
}

/** A project's own script that installs what it needs: facefusion's `install.py`, `setup.sh`. */
const installScript = /\/(?:install|setup|bootstrap)[\w-]*\.(?:py|sh)$/;

/** Whether code that runs, or a start command, names a file of the clone by its path, or as `-m scripts.inference`. */
export function isScriptRun(path: string, { python, entry }: ImageFacts): boolean {
  const dotted = path.replace(/\.py$/, "").replaceAll("/", ".");
  const isNamed = (code: string): boolean => [path, dotted].some((each) => namesPath(code, each));
  return (
    entry.commands.some(({ words }) => words.some(({ text }) => text === dotted || endsWithPath(text, path))) ||
    python.modules.some(
      ({ isReachable, module }) => isReachable && module.calls.length > 0 && isNamed(module.source.text),
    )
  );
}

function endsWithPath(text: string, path: string): boolean {
  return text === path || text.endsWith(`/${path}`);
}

/** The path in quotes, or its end after a variable or a folder. */
function namesPath(code: string, path: string): boolean {
  for (let at = code.indexOf(path); at !== -1; at = code.indexOf(path, at + 1)) {
    if (/["'/\s]/.test(code[at - 1] ?? "") && /["'\s]/.test(code[at + path.length] ?? "")) return true;
  }
  return false;
}
