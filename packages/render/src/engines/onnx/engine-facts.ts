import { hashFile } from "#media/hash-file.js";
import type { WeightsFact } from "#model/manifest.js";
import { weightsFacts } from "#nets/weights.js";
import { filesOf, type SwapManifest } from "./swap-manifest.js";

/**
 * Everything the engine's pictures follow from: the tracker's networks, the files of the model, and its manifest, because another
 * alignment draws another face.
 */
export async function weightsOf(manifest: SwapManifest, manifestPath: string): Promise<readonly WeightsFact[]> {
  const { sha256 } = await hashFile(manifestPath, { maxBytes: 1 << 20 });
  const { licence, origin } = manifest.model;
  return [
    ...weightsFacts,
    ...filesOf(manifest).map((file) => ({
      name: `${manifest.name}: ${file.role}`,
      sha256: file.sha256,
      licence: file.licence,
      origin: file.origin,
    })),
    { name: `${manifest.name}: manifest`, sha256, licence, origin },
  ];
}
