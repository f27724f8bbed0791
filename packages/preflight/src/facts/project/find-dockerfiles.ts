import type { ProjectFile } from "./project-facts.js";
import { baseNameOf } from "./project-path.js";

/** The Dockerfiles of a project, by path, sorted as its files are. */
export interface DockerfilePaths {
  /** Those that somebody may build. */
  readonly live: readonly string[];
  /** Copies kept aside: `Dockerfile.bak`, `Dockerfile.broken_original`, `Dockerfile~`. */
  readonly backups: readonly string[];
}

/** Finds Dockerfiles by their names, and by content where the name alone does not settle it. */
export function findDockerfiles(files: ReadonlyMap<string, ProjectFile>): DockerfilePaths {
  const live: string[] = [];
  const backups: string[] = [];
  for (const file of files.values()) {
    if (!isDockerfile(file)) continue;
    (backupName.test(baseNameOf(file.path)) ? backups : live).push(file.path);
  }
  return { live, backups };
}

/** BuildKit falls back to the lower-case name; Podman and Buildah prefer `Containerfile`. */
const exactName = /^(?:dockerfile|containerfile)$/i;

const variantName = /^(?:dockerfile|containerfile)[._~ -]|\.(?:dockerfile|containerfile)(?:[._~-]|$)/i;

/** Ignore files, documents, scripts and templates that carry the word in their names. */
const otherKind =
  /\.(?:dockerignore|md|rst|txt|html|pdf|sh|py|js|ts|go|json|ya?ml|toml|j2|jinja2?|tmpl|tpl|template|in|erb|sha256|sig)$/i;

const backupName = /[._ -](?:bak|backup|broken|old|orig|original|save|disabled|deprecated)(?:[._ -]?\w*)$|~$/i;

const foreignFolder = /(?:^|\/)(?:node_modules|site-packages|\.venv|\.git)\//;

const firstInstruction = /^[ \t]*(?:FROM|ARG)[ \t]/im;

function isDockerfile(file: ProjectFile): boolean {
  if (file.text === undefined || foreignFolder.test(file.path)) return false;
  const name = baseNameOf(file.path);
  if (exactName.test(name)) return true;
  return variantName.test(name) && !otherKind.test(name) && firstInstruction.test(file.text);
}
