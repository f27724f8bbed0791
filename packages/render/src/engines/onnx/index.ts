import type { FaceEngine, FaceReference } from "#engines/face-engine.js";
import { acceptPhotos } from "#engines/mesh/accept-photos.js";
import { innernessOf } from "#engines/mesh/shape-transfer.js";
import { leaseFaceNets } from "#nets/face-nets.js";
import type { NetTensor } from "#nets/ort-runtime.js";
import { onnxEngineId as engineId } from "./engine-id.js";
import { weightsOf } from "./engine-facts.js";
import { loadSwapNets, type SwapNets } from "./load-model.js";
import { readSource } from "./read-source.js";
import { readSwapManifest } from "./swap-manifest.js";
import { createSwapPainter } from "./swap-painter.js";
import { createSwapRegion } from "./swap-region.js";

/** What this engine draws from. */
interface SwapReference extends FaceReference {
  /** What the swap model is told of the person. */
  readonly source: NetTensor;
  /** Landmarks in the first photo. */
  readonly mesh: Float32Array;
}

/**
 * Makes the engine that lets a swap model of the user's own draw, once a frame and person. Its networks are loaded when first
 * needed, and stay until it is closed.
 * @param manifestPath describes the model, see docs/onnx.md.
 * @throws UnderstudyError `file-missing`, `bad-model`.
 */
export async function createOnnxEngine(manifestPath: string): Promise<FaceEngine> {
  const manifest = await readSwapManifest(manifestPath);
  const weights = await weightsOf(manifest, manifestPath);
  const gate = leaseFaceNets();
  let loading: Promise<SwapNets> | undefined;
  let loaded: SwapNets | undefined;
  const load = async (): Promise<SwapNets> => (loaded = await (loading ??= loadSwapNets(manifest)));
  return {
    id: engineId,
    weights,
    async prepare() {
      await load();
    },
    async readFaces(photos) {
      const nets = await load();
      // The gate of the mesh engine: the same photos are good and bad here.
      const [{ mesh, facts }, ...others] = await acceptPhotos(photos, gate);
      const further = others.map((other, k) => ({ photo: photos[k + 1]!, mesh: other.mesh }));
      const source = await readSource([{ photo: photos[0]!, mesh }, ...further], manifest, nets);
      const reference: SwapReference = { engineId, facts, source, mesh };
      return reference;
    },
    openRegion(face, track) {
      if (face.engineId !== engineId || loaded === undefined) {
        throw new Error("openRegion needs a face of its own kind and loaded networks");
      }
      const { source, mesh } = face as SwapReference;
      const painter = createSwapPainter(manifest, innernessOf(mesh));
      return createSwapRegion(track, { manifest, session: loaded.swap, source }, painter);
    },
    async close() {
      gate.release();
      await loading?.then((nets) => nets.close()).catch(() => undefined);
    },
  };
}
