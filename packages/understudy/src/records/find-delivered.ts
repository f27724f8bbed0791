import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { hashFile, type Manifest } from "@understudy/render";
import { lookAt, nothingThere } from "./look-at.js";
import type { OutputFact, RenderEnd, RenderRecord } from "./render-records.js";

/** Most bytes of a manifest; one of an hour's video has some 100 000. */
const maxManifestBytes = 16_000_000;

/** The end of a render that has delivered, and the key that signed it. */
export interface Delivery {
  readonly end: RenderEnd;
  readonly certificateSha256: string;
}

/**
 * Looks whether a render has delivered: its manifest lies where the record says and names this render, and so does a video of
 * the size that it states. Also for a process that ended between delivery and its last note.
 * @returns undefined when nothing was delivered, not all of it, or something else lies there.
 * @throws UnderstudyError `data-folder-unreadable` when it cannot be told.
 */
export async function findDelivered(record: RenderRecord): Promise<Delivery | undefined> {
  const manifest = await readManifest(record);
  const [videoPath = ""] = record.outputPaths;
  const found = await lookAt(videoPath);
  const video = manifest?.artifacts.find(({ key }) => key === basename(videoPath));
  const isVideoThere = found?.isFile() === true && found.size === video?.byteLength;
  if (manifest === undefined || !isVideoThere) return undefined;
  return {
    end: {
      state: "finished",
      outputs: await factsOf(record, manifest),
      fingerprint: manifest.fingerprint,
      sourceSha256: manifest.request.source.sha256,
    },
    certificateSha256: manifest.provenance.signer.certificateSha256,
  };
}

/**
 * Every file that a render has written where it was asked to, also in the middle of its delivery.
 * @throws UnderstudyError `data-folder-unreadable` when it cannot be told.
 */
export async function findWritten(record: RenderRecord): Promise<readonly OutputFact[]> {
  if (record.state !== "started") return record.outputs;
  const manifest = await readManifest(record);
  return manifest === undefined ? [] : factsOf(record, manifest);
}

async function factsOf({ outputPaths }: RenderRecord, manifest: Manifest): Promise<OutputFact[]> {
  const outputs: OutputFact[] = [];
  for (const path of outputPaths) {
    if ((await lookAt(path))?.isFile() !== true) continue;
    const artifact = manifest.artifacts.find(({ key }) => key === basename(path));
    const { sha256, byteLength } = artifact ?? (await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER }));
    outputs.push({ path, sha256, byteLength });
  }
  return outputs;
}

/** The manifest of this very render; undefined when there is none, or another file has its name. */
async function readManifest({ renderId, outputPaths }: RenderRecord): Promise<Manifest | undefined> {
  const path = outputPaths.find((each) => each.endsWith(".manifest.json"));
  if (path === undefined || ((await lookAt(path))?.size ?? Infinity) > maxManifestBytes) return undefined;
  const text = await readFile(path, "utf8").catch(nothingThere);
  try {
    const manifest = JSON.parse(text ?? "") as Manifest;
    return manifest.renderId === renderId ? manifest : undefined;
  } catch {
    return undefined;
  }
}
