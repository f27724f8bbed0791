import { mkdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { hashFile } from "@understudy/render";
import type { ResultLinks } from "#links/result-links.js";
import { captionPathsFor, outputPaths } from "#paths/index.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { mediaTypeOf } from "#storage/media-type-of.js";
import { outputsIn, safeName } from "#storage/name-result.js";
import type { ResultStore } from "#storage/result-store.js";
import { renderKeys } from "./render-keys.js";
import type { RunToken } from "./render-list.js";
import type { ResultFile } from "./service-render.js";

/** The results of one render of the service. */
export interface ArtifactResults extends ResultStore {
  /** What `publish` made reachable, video first. */
  files(): readonly ResultFile[];
}

/**
 * Puts the results of one render into the artifact store, and gives them addresses of our own. Each life has a place of its own
 * there: one that was taken for dead neither replaces nor removes what another one delivered.
 */
export function createArtifactResults(
  { renderId, run, attempt }: RunToken,
  { artifacts, links }: { readonly artifacts: ArtifactStore; readonly links: ResultLinks },
): ArtifactResults {
  let published: readonly ResultFile[] = [];
  const keyOf = (path: string) => renderKeys.output(renderId, `${run}.${attempt}/${basename(path)}`);
  return {
    isLocal: false,
    files: () => published,
    async prepare({ name, workFolder }) {
      const folder = join(workFolder, "out");
      await mkdir(folder, { mode: 0o700 });
      const fileName = safeName(name);
      const base = join(folder, fileName);
      const outputs = { ...outputsIn(folder, fileName), thumbnail: `${base}.jpg`, captions: captionPathsFor(base) };
      const { endpointUrl, name: bucket } = artifacts;
      const objects = outputPaths(outputs).map((path) => ({
        endpointUrl,
        bucket,
        key: keyOf(path),
      }));
      return { outputs, objects };
    },
    async publish({ outputs }, signal) {
      const written: Omit<ResultFile, "path">[] = [];
      for (const path of outputPaths(outputs)) {
        // Most videos carry their credentials inside; then there is no sidecar, most renders no captions. A picture may have failed.
        if (path !== outputs.video && !(await isThere(path))) continue;
        const { sha256, byteLength } = await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER, signal });
        const file = { key: keyOf(path), fileName: basename(path), mediaType: mediaTypeOf(path), sha256, byteLength };
        await artifacts.put(file.key, { path, ...file }, signal);
        written.push(file);
      }
      published = await links.make(renderId, written);
      await rm(outputs.folder, { recursive: true, force: true, maxRetries: 3 });
      return published[0]!.path;
    },
    async discard({ outputs }) {
      await rm(outputs.folder, { recursive: true, force: true, maxRetries: 3 });
      await artifacts.removeAll(renderKeys.output(renderId, `${run}.${attempt}/`));
    },
  };
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
