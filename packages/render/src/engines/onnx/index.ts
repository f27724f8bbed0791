import type { FaceEngine, FaceReference } from "#engines/face-engine.js";
import { checkPhoto, type AcceptedPhoto } from "#engines/mesh/photo-gate.js";
import { checkSamePerson } from "#engines/mesh/same-person.js";
import { innernessOf } from "#engines/mesh/shape-transfer.js";
import type { RgbImage } from "#model/image.js";
import { leaseFaceNets } from "#nets/face-nets.js";
import type { NetTensor } from "#nets/ort-runtime.js";
import { onnxEngineId as engineId } from "./engine-id.js";
import { weightsOf } from "./engine-facts.js";
import { loadSwapNets, type SwapNets } from "./load-model.js";
import { readSource, type ReadPhoto } from "./read-source.js";
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
      const accepted = await passGate(photos, gate);
      const source = await readSource(accepted, manifest, nets);
      const [{ mesh, facts }] = accepted;
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

type PassedPhoto = ReadPhoto & Pick<AcceptedPhoto, "facts">;

/** The gate of the mesh engine, for the same photos are good and bad here. */
async function passGate(
  photos: readonly RgbImage[],
  gate: ReturnType<typeof leaseFaceNets>,
): Promise<readonly [PassedPhoto, ...PassedPhoto[]]> {
  const [detector, landmarks, embedder] = await Promise.all([gate.detector(), gate.landmarks(), gate.embedder()]);
  const passed: PassedPhoto[] = [];
  for (const photo of photos) {
    const place = passed.length === 0 ? "first" : "further";
    const { mesh, facts } = await checkPhoto(photo, detector, landmarks, place);
    passed.push({ photo, mesh, facts });
  }
  const identities = [];
  for (const { photo, mesh } of passed) identities.push(await embedder.embed(photo, mesh));
  checkSamePerson(identities);
  const [first, ...others] = passed;
  if (first === undefined) throw new Error("readFaces needs a photo");
  return [first, ...others];
}
