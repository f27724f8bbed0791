import { followLinks } from "./follow-links.js";
import type { ProjectFile } from "./project-facts.js";
import { baseNameOf } from "./project-path.js";
import { type UnreadFile, whyUnread } from "./unread-file.js";

/** The Dockerfiles of a project, by path, sorted as its files are. */
export interface DockerfilePaths {
  /** Those that somebody may build; for a symlink, the file behind it. */
  readonly live: readonly string[];
  /** Copies kept aside: `Dockerfile.bak`, `Dockerfile.broken_original`, `Dockerfile~`. */
  readonly backups: readonly string[];
  /** Those that cannot be judged. */
  readonly unread: readonly UnreadFile[];
}

/** Finds Dockerfiles by their names, and by content where the name alone does not settle it. */
export function findDockerfiles(files: ReadonlyMap<string, ProjectFile>): DockerfilePaths {
  const live = new Set<string>();
  const backups: string[] = [];
  const unread: UnreadFile[] = [];
  for (const named of files.values()) {
    const file = fileBehind(files, named);
    if (!isDockerfile(named.path, file.text)) continue;
    const reason = whyUnjudged(file);
    if (backupName.test(baseNameOf(named.path))) backups.push(named.path);
    else if (reason === undefined) live.add(file.path);
    else unread.push({ path: named.path, reason });
  }
  return { live: [...live].toSorted(), backups, unread };
}

/**
 * The file that a caller names as Dockerfile, whatever it is called.
 * @returns its path, behind a symlink the file's own; or why it cannot be judged.
 */
export function findNamedDockerfile(files: ReadonlyMap<string, ProjectFile>, path: string): string | UnreadFile {
  const named = files.get(path);
  if (named === undefined) return { path, reason: "is no file of this project" };
  const file = fileBehind(files, named);
  const reason = whyUnjudged(file);
  return reason === undefined ? file.path : { path, reason };
}

/** Dockerfiles that people write are a hundredth of this; 1 MiB of here-documents would take 10 s. */
const maxByteLength = 256 << 10;
const maxLines = 10_000;

/** BuildKit falls back to the lower-case name; Podman and Buildah prefer `Containerfile`. */
const exactName = /^(?:dockerfile|containerfile)$/i;

const variantName = /^(?:dockerfile|containerfile)[._~ -]|\.(?:dockerfile|containerfile)(?:[._~-]|$)/i;

/** Ignore files, documents, scripts and templates that carry the word in their names. */
const otherKind =
  /\.(?:dockerignore|md|rst|txt|html|pdf|sh|py|js|ts|go|json|ya?ml|toml|j2|jinja2?|tmpl|tpl|template|in|erb|sha256|sig)$/i;

const backupName = /[._ -](?:bak|backup|broken|old|orig|original|save|disabled|deprecated)(?:[._ -]?\w*)$|~$/i;

const foreignFolder = /(?:^|\/)(?:node_modules|site-packages|\.venv|\.git)\//;

const firstInstruction = /^[ \t]*(?:FROM|ARG)[ \t]/im;

/** A variant without text may be anything: an archive, a picture. */
function isDockerfile(path: string, text: string | undefined): boolean {
  if (foreignFolder.test(path)) return false;
  const name = baseNameOf(path);
  if (exactName.test(name)) return true;
  return variantName.test(name) && !otherKind.test(name) && text !== undefined && firstInstruction.test(text);
}

/** The link itself when it leads nowhere in the project. */
function fileBehind(files: ReadonlyMap<string, ProjectFile>, named: ProjectFile): ProjectFile {
  return files.get(followLinks(files, named.path) ?? "") ?? named;
}

function whyUnjudged(file: ProjectFile): string | undefined {
  if (file.text === undefined || file.byteLength > maxByteLength) return whyUnread(file, maxByteLength);
  return file.text.split("\n", maxLines + 1).length > maxLines ? `has more than ${maxLines} lines` : undefined;
}
