import { PreflightError } from "#model/errors.js";
import type { HistoryEntry, PreflightOptions } from "#model/result.js";
import { gitTree, recentCommits } from "#tree/git-tree.js";
import { openBlobReader } from "#tree/git.js";
import { blockingFindings } from "#verdict.js";
import { judgeTree } from "./preflight.js";

/**
 * Judges the newest commits of a project, newest first; what did not change between two commits is read once.
 * @param last how many commits, default 20. Commits without a Dockerfile are left out.
 * @throws PreflightError as `preflight`.
 */
export async function* preflightHistory(
  options: PreflightOptions & { readonly last?: number },
): AsyncGenerator<HistoryEntry> {
  const blobs = openBlobReader(options.root);
  let isEmpty = true;
  try {
    const commits = await recentCommits(options.root, options.last ?? 20);
    if (commits.length === 0) throw new PreflightError("unknown-revision", "This folder has no commit to judge.");
    for (const commit of commits) {
      options.signal?.throwIfAborted();
      const entry = await entryOf(commit, options, blobs);
      if (entry !== undefined) yield entry;
      isEmpty &&= entry === undefined;
    }
    if (isEmpty) throw new PreflightError("no-image", "None of these commits has a Dockerfile.");
  } finally {
    blobs.close();
  }
}

async function entryOf(
  commit: string,
  options: PreflightOptions,
  blobs: ReturnType<typeof openBlobReader>,
): Promise<HistoryEntry | undefined> {
  try {
    const { verdict, images } = await judgeTree(gitTree(options.root, commit, blobs), options);
    const blocking = blockingFindings(verdict.findings, images);
    return {
      hash: commit.slice(0, 7),
      verdict: verdict.verdict,
      errorCount: blocking.length,
      firstError: blocking[0],
    };
  } catch (error) {
    if (error instanceof PreflightError && (error.code === "no-image" || error.code === "dockerfile-missing"))
      return undefined;
    throw error;
  }
}
