import { git, gitList } from "./git.js";

/** A text that some commit has and HEAD has not. */
export interface PastBlob {
  readonly objectId: string;
  /** Path from the repository's root. */
  readonly path: string;
}

/** Longer texts are data, not settings. */
const maxByteLength = 256 * 1024;

const maxBlobs = 20_000;

/** Names that hold settings, code or prose. */
const isText =
  /(?:^|\/)(?:[^./]+|\.env[^/]*|[^/]+\.(?:ya?ml|json|toml|ini|cfg|conf|env|py|js|ts|sh|bash|md|txt|rst|tf|properties|xml))$/i;

/**
 * Lists what all branches and tags once had and HEAD no longer has.
 * @returns undefined when git is absent, or has too much to tell.
 */
export async function listPastBlobs(folder: string): Promise<readonly PastBlob[] | undefined> {
  const [objects, present] = await Promise.all([
    git(folder, ["rev-list", "--objects", "--all"]),
    gitList(folder, ["ls-tree", "-r", "-z", "--full-tree", "HEAD"]),
  ]);
  if (objects === undefined || present === undefined) return undefined;
  const known = new Set(present.map((line) => /^\d+ \w+ (\w+)\t/.exec(line)?.[1]));
  const past = objects.split("\n").flatMap((line) => {
    const [, objectId, path] = /^(\w+) (.+)$/.exec(line) ?? [];
    return objectId === undefined || path === undefined || known.has(objectId) || !isText.test(path)
      ? []
      : [{ objectId, path }];
  });
  return past.length > maxBlobs ? undefined : smallBlobs(folder, past);
}

/** Folders are objects with a path too; `git cat-file --batch-check` tells what each is and how long. */
async function smallBlobs(folder: string, past: readonly PastBlob[]): Promise<readonly PastBlob[] | undefined> {
  const ids = past.map(({ objectId }) => `${objectId}\n`).join("");
  const lines = (await git(folder, ["cat-file", "--batch-check"], ids))?.split("\n");
  return lines && past.filter((_, i) => Number(/ blob (\d+)$/.exec(lines[i] ?? "")?.[1] ?? Infinity) <= maxByteLength);
}
