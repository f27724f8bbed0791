import type { FaceDetector } from "#nets/face-detector.js";
import type { FaceLandmarks } from "#nets/face-landmarks.js";
import { leaseFaceNets } from "#nets/face-nets.js";
import { weightsFacts } from "#nets/weights.js";
import type { FaceEngine, FaceReference } from "#engines/face-engine.js";
import { meshEngineId as engineId } from "./engine-id.js";
import { createFacePainter } from "./face-painter.js";
import type { FaceTexture } from "./face-texture.js";
import { createFaceTracker } from "./face-tracker.js";
import { checkPhoto } from "./photo-gate.js";
import type { LightMatchOptions } from "./light-match.js";
import { createMeshRegion } from "./mesh-region.js";

/** The mesh engine's own view of an accepted photo. */
interface MeshReference extends FaceReference {
  readonly texture: FaceTexture;
}

/** Strengths of the light match; see docs/quality.md for what other values give. */
const lightDefaults: LightMatchOptions = { lumaStrength: 0.5, foldStrength: 0.45, blurShare: 0.045 };

/**
 * Makes the engine that warps the photo through a tracked mesh, on the processor. Networks are loaded by the first
 * `readFace` (about 0.2 s).
 * @param light strengths other than the defaults, for measurements.
 */
export function createMeshEngine(light: Partial<LightMatchOptions> = {}): FaceEngine {
  const nets = leaseFaceNets();
  let loaded: { detector: FaceDetector; landmarks: FaceLandmarks } | undefined;
  const load = async (): Promise<{ detector: FaceDetector; landmarks: FaceLandmarks }> => {
    const [detector, landmarks] = await Promise.all([nets.detector(), nets.landmarks()]);
    return (loaded = { detector, landmarks });
  };
  return {
    id: engineId,
    weights: weightsFacts,
    async prepare() {
      await load();
    },
    async readFace(photo) {
      const { detector, landmarks } = await load();
      const reference: MeshReference = { engineId, ...checkPhoto(photo, detector, landmarks) };
      return reference;
    },
    openRegion(face, rotation) {
      if (loaded === undefined || face.engineId !== engineId)
        throw new Error("openRegion needs a prepared engine and a face of its own kind");
      const { texture } = face as MeshReference;
      const tracker = createFaceTracker(loaded.detector, loaded.landmarks, (-rotation * Math.PI) / 180);
      return createMeshRegion(tracker, createFacePainter(texture, { ...lightDefaults, ...light }), texture.mesh);
    },
    async close() {
      loaded = undefined;
      nets.release();
    },
  };
}
