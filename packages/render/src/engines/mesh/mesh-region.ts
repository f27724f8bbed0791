import type { FaceRegion } from "#engines/face-engine.js";
import { headPose } from "#face-mesh/mesh-measures.js";
import { smoothMesh } from "#face-mesh/smoothing.js";
import { meshVertexCount } from "#face-mesh/topology.js";
import type { FaceTrack } from "#model/face-track.js";
import { createPhotoChoice, type FramePose } from "./choose-photo.js";
import type { FacePainter } from "./face-painter.js";
import type { FaceTexture } from "./face-texture.js";
import type { AcceptedPhoto } from "./photo-gate.js";
import { createPhotoPainters } from "./photo-painters.js";
import { createShapeTransfer } from "./shape-transfer.js";

/** Frames of a segment whose proportions are looked at, evenly over its length. */
const mostObservedFrames = 600;

/**
 * Puts track, smoothing, shape, photos and painters together for the frames of one segment. What is drawn in a frame follows
 * from the whole segment: threads that draw parts of it agree on the person's shape and on the photos.
 * @param photos the first gives the proportions, and is drawn where no other fits better.
 * @param createPainter makes a painter for one photo.
 */
export function createMeshRegion(
  track: FaceTrack,
  photos: readonly [AcceptedPhoto, ...AcceptedPhoto[]],
  createPainter: (texture: FaceTexture) => FacePainter,
): FaceRegion {
  const shape = createShapeTransfer(photos[0].texture.mesh, observedMeshes(track));
  const painters = createPhotoPainters((photo) => createPainter(photos[photo]!.texture));
  const trackedAt = (n: number) => track.tracked(n);
  const poseAt = (n: number): FramePose | undefined => {
    const found = track.tracked(n);
    return found && { ...headPose(found.mesh), run: found.run };
  };
  const blendAt = createPhotoChoice(
    photos.map(({ facts }) => facts),
    poseAt,
  );
  const { usualLuma } = track;
  const smoothed = new Float32Array(3 * meshVertexCount);
  const drawn = new Float32Array(3 * meshVertexCount);
  return {
    async draw(frame, n) {
      const found = track.tracked(n);
      if (found === undefined) return undefined;
      smoothMesh(n, trackedAt, smoothed);
      shape.apply(smoothed, drawn);
      const seen = { occlusion: track.occlusion(n), usualLuma };
      const box = painters.paint(frame, blendAt(n), (painter, onto) => painter.paint(onto, smoothed, drawn, seen));
      return box && { box, landmarks: { tracked: found.mesh, smoothed, run: found.run } };
    },
  };
}

function observedMeshes(track: FaceTrack): Float32Array[] {
  const step = Math.max(1, track.frameCount / mostObservedFrames);
  const meshes: Float32Array[] = [];
  for (let at = 0; at < track.frameCount; at += step) {
    const found = track.tracked(Math.floor(at));
    // A copy: meshes of a track are views of all frames that were read with them.
    if (found !== undefined) meshes.push(found.mesh.slice());
  }
  return meshes;
}
