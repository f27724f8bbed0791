import type { FaceDetector } from "#nets/face-detector.js";
import type { FaceLandmarks } from "#nets/face-landmarks.js";
import { leaseFaceNets } from "#nets/face-nets.js";
import { weightsFacts } from "#nets/weights.js";
import type { FaceEngine, FaceReference } from "#engines/face-engine.js";
import { meshEngineId as engineId } from "./engine-id.js";
import { createFacePainter } from "./face-painter.js";
import type { FaceTexture } from "./face-texture.js";
import { checkPhoto, type AcceptedPhoto } from "./photo-gate.js";
import type { LightMatchOptions } from "./light-match.js";
import { createMeshRegion } from "./mesh-region.js";

/** The mesh engine's own view of an accepted photo. */
interface MeshReference extends FaceReference {
  readonly texture: FaceTexture;
}

/** Strengths of the light match; see docs/quality.md for what other values give. */
const lightDefaults: LightMatchOptions = {
  lumaStrength: 0.5,
  foldStrength: 0.45,
  lastingFoldStrength: 0.15,
  expressionStrength: 1,
  blurShare: 0.045,
};

/**
 * Makes the engine that warps the photo through a tracked mesh, on the processor. Networks are loaded by the first
 * `readFaces` (about 0.2 s).
 * @param light strengths other than the defaults, for measurements.
 */
export function createMeshEngine(light: Partial<LightMatchOptions> = {}): FaceEngine {
  const nets = leaseFaceNets();
  const load = async (): Promise<[FaceDetector, FaceLandmarks]> => Promise.all([nets.detector(), nets.landmarks()]);
  return {
    id: engineId,
    weights: weightsFacts,
    async prepare() {
      await load();
    },
    async readFaces(photos) {
      const [detector, landmarks] = await load();
      const accepted: AcceptedPhoto[] = [];
      for (const photo of photos) accepted.push(await checkPhoto(photo, detector, landmarks));
      const [best] = accepted;
      if (best === undefined) throw new Error("readFaces needs a photo");
      const reference: MeshReference = { engineId, ...best };
      return reference;
    },
    openRegion(face, track) {
      if (face.engineId !== engineId) throw new Error("openRegion needs a face of its own kind");
      const { texture } = face as MeshReference;
      return createMeshRegion(track, createFacePainter(texture, { ...lightDefaults, ...light }), texture.mesh);
    },
    async close() {
      nets.release();
    },
  };
}
