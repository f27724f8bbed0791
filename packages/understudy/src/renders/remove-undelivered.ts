import type { ArtifactStore } from "#storage/artifact-store.js";
import type { ResultFile } from "./service-render.js";

/**
 * Removes what runners published of a render that died before the end of it was noted: no address leads there.
 * @param prefix of the keys of its outputs, or of some of them.
 */
export async function removeUndelivered(
  prefix: string,
  delivered: readonly Pick<ResultFile, "key">[],
  artifacts: Pick<ArtifactStore, "list" | "remove">,
): Promise<void> {
  const keys = new Set(delivered.map(({ key }) => key));
  for (const key of await artifacts.list(prefix)) {
    if (!keys.has(key)) await artifacts.remove(key);
  }
}
