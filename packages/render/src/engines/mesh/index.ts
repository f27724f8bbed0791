import { leaseFaceNets } from "#nets/face-nets.js";
import { weightsFacts } from "#nets/weights.js";
import type { FaceEngine, FaceReference } from "#engines/face-engine.js";
import { acceptPhotos } from "./accept-photos.js";
import { meshEngineId as engineId } from "./engine-id.js";
import { createFacePainter } from "./face-painter.js";
import type { LightMatchOptions } from "./light-match.js";
import { createMeshRegion } from "./mesh-region.js";
import type { AcceptedPhoto } from "./photo-gate.js";

/** The mesh engine's own view of accepted photos. */
interface MeshReference extends FaceReference {
  readonly photos: readonly [AcceptedPhoto, ...AcceptedPhoto[]];
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
  return {
    id: engineId,
    weights: weightsFacts,
    async prepare() {
      await nets.landmarks();
    },
    async readFaces(photos) {
      const accepted = await acceptPhotos(photos, nets);
      const reference: MeshReference = { engineId, facts: accepted[0].facts, photos: accepted };
      return reference;
    },
    openRegion(face, track) {
      if (face.engineId !== engineId) throw new Error("openRegion needs a face of its own kind");
      const strengths = { ...lightDefaults, ...light };
      const { photos } = face as MeshReference;
      return createMeshRegion(track, photos, (texture) => createFacePainter(texture, strengths));
    },
    async close() {
      nets.release();
    },
  };
}
