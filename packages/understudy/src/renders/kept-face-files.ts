import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { hashFile, UnderstudyError } from "@understudy/render";
import { makePrivateFolder } from "#records/private-file.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { renderKeys } from "./render-keys.js";
import type { ServiceRender } from "./service-render.js";

/** What drawn faces are brought and kept with. */
interface FaceRoom {
  readonly artifacts: ArtifactStore;
  readonly signal: AbortSignal;
}

/** Brings what the engine drew for the render that this one is a fork of; nothing when that is not kept any more. */
export async function bringKeptFaces(
  { forkedFrom }: Pick<ServiceRender, "forkedFrom">,
  folder: string,
  { artifacts, signal }: FaceRoom,
): Promise<void> {
  await makePrivateFolder(folder);
  if (forkedFrom === undefined) return;
  for (const key of await artifacts.list(renderKeys.faces(forkedFrom))) {
    await artifacts.fetch(key, join(folder, basename(key)), {}, signal).catch(unlessGone);
  }
}

/** Its days may end at this very moment, or its person be erased: then there is less to use again. */
function unlessGone(thrown: unknown): void {
  if (!(thrown instanceof UnderstudyError && thrown.code === "artifact-missing")) throw thrown;
}

/** Keeps what the engine drew, for forks of this render. */
export async function keepFaces(
  { id }: Pick<ServiceRender, "id">,
  folder: string,
  { artifacts, signal }: FaceRoom,
): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { sha256, byteLength } = await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER, signal });
    const mediaType = "application/octet-stream";
    await artifacts.put(renderKeys.face(id, name), { path, sha256, byteLength, mediaType }, signal);
  }
}
