import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { hashFile, type Manifest } from "@understudy/render";
import type { OutputFact, RenderEnd, RenderRecord } from "./render-records.js";

/** Most bytes of a manifest; one of an hour's film has some 100 000. */
const maxManifestBytes = 16_000_000;

/**
 * Looks whether a render has delivered: its manifest lies where the record says, and names this render. Also for a process
 * that ended between delivery and its last note.
 * @returns what the record's end is to say; undefined when nothing was delivered, or something else lies there.
 */
export async function findDelivered({ renderId, outputPaths }: RenderRecord): Promise<RenderEnd | undefined> {
  const manifest = await readManifest(outputPaths.find((path) => path.endsWith(".manifest.json")));
  const isVideoThere = await stat(outputPaths[0] ?? "").then(
    (found) => found.isFile(),
    () => false,
  );
  if (manifest?.renderId !== renderId || !isVideoThere) return undefined;
  const outputs: OutputFact[] = [];
  for (const path of outputPaths) {
    const artifact = manifest.artifacts.find(({ key }) => key === basename(path));
    const fact = artifact ?? (await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER }).catch(() => undefined));
    if (fact !== undefined) outputs.push({ path, sha256: fact.sha256, byteLength: fact.byteLength });
  }
  return {
    state: "finished",
    outputs,
    fingerprint: manifest.fingerprint,
    sourceSha256: manifest.request.source.sha256,
  };
}

async function readManifest(path: string | undefined): Promise<Manifest | undefined> {
  if (path === undefined) return undefined;
  try {
    const text = await readFile(path, "utf8");
    return text.length > maxManifestBytes ? undefined : (JSON.parse(text) as Manifest);
  } catch {
    return undefined;
  }
}
