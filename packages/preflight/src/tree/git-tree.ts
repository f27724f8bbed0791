import { PreflightError } from "#model/errors.js";
import { git, gitList, type BlobReader } from "./git.js";
import type { SourceTree, TreeEntry, TreeListing } from "./source-tree.js";

interface Blob {
  readonly entry: TreeEntry;
  readonly objectId: string;
}

/**
 * A project as a commit has it. Every file is tracked.
 * @param folder the project's folder, inside a repository.
 * @param revision a commit, branch or tag.
 * @param blobs shared by the trees of one repository.
 * @throws PreflightError `unknown-revision` from `list`, when git does not know it.
 */
export function gitTree(folder: string, revision: string, blobs: BlobReader): SourceTree {
  let listed: Promise<ReadonlyMap<string, Blob>> | undefined;
  const blobsByPath = () => (listed ??= readTree(folder, revision, blobs));
  return {
    async list(): Promise<TreeListing> {
      const entries = [...(await blobsByPath()).values()].map((blob) => blob.entry);
      return {
        entries,
        isCut: false,
        gitStates: new Map(entries.map((entry) => [entry.path, "tracked"])),
        skippedFolders: [],
      };
    },
    async read(path, maxByteLength) {
      const blob = (await blobsByPath()).get(path);
      if (blob === undefined || blob.entry.kind === "symlink" || blob.entry.byteLength > maxByteLength)
        return undefined;
      return blobs.read(blob.objectId);
    },
  };
}

/** The full id of a commit; a full id is taken as it is, without asking git. @throws PreflightError `unknown-revision`. */
export async function resolveRevision(folder: string, revision: string): Promise<string> {
  if (/^[0-9a-f]{40}$/.test(revision)) return revision;
  const name = /^-|\0/.test(revision) ? "" : revision;
  const found = await git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]);
  if (found === undefined) throw unknownRevision();
  return found.trim();
}

function unknownRevision(): PreflightError {
  return new PreflightError("unknown-revision", "The revision is not a commit of this project's repository.");
}

/** The newest commits that touch the folder, newest first. */
export async function recentCommits(folder: string, count: number): Promise<readonly string[]> {
  const found = await git(folder, ["rev-list", `--max-count=${count}`, "HEAD", "--", "."]);
  return found?.split("\n").filter((line) => line !== "") ?? [];
}

/** `git ls-tree` prints `mode type id size<TAB>path`; paths are from the folder, not the repository. */
async function readTree(folder: string, revision: string, blobs: BlobReader): Promise<ReadonlyMap<string, Blob>> {
  const commit = await resolveRevision(folder, revision);
  const lines = await gitList(folder, ["ls-tree", "-r", "-z", "--long", commit, "--", "."]);
  if (lines === undefined) throw unknownRevision();
  const found = new Map<string, Blob>();
  for (const line of lines) {
    const [, mode, objectId = "", size = "0", path = ""] = /^(\d+) blob (\w+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
    if (mode === undefined) continue;
    const isLink = mode === "120000";
    const target = isLink ? await blobs.read(objectId) : undefined;
    const entry: TreeEntry = {
      path,
      kind: isLink ? "symlink" : "file",
      byteLength: size === "-" ? 0 : Number(size),
      isExecutable: mode === "100755",
      linkTarget: isLink ? Buffer.from(target ?? []).toString() : undefined,
    };
    found.set(path, { entry, objectId });
  }
  return found;
}
