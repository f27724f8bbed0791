import type { FaceRegion } from "#engines/face-engine.js";
import { smoothMesh } from "#face-mesh/smoothing.js";
import { meshVertexCount } from "#face-mesh/topology.js";
import type { FaceTrack } from "#model/face-track.js";
import type { FacePainter } from "./face-painter.js";
import { createShapeTransfer, type ShapeTransfer } from "./shape-transfer.js";

/** Frames of a segment whose proportions are looked at, evenly over its length. */
const mostObservedFrames = 600;

/** Puts track, smoothing, shape and painter together for the frames of one segment. */
export function createMeshRegion(track: FaceTrack, painter: FacePainter, faceMesh: Float32Array): FaceRegion {
  const shape = createShapeTransfer(faceMesh);
  observeAll(shape, track);
  const trackedAt = (n: number) => track.tracked(n);
  const { usualLuma } = track;
  const smoothed = new Float32Array(3 * meshVertexCount);
  const drawn = new Float32Array(3 * meshVertexCount);
  return {
    async draw(frame, n) {
      const found = track.tracked(n);
      if (found === undefined) return undefined;
      smoothMesh(n, trackedAt, smoothed);
      shape.apply(smoothed, drawn);
      const box = painter.paint(frame, smoothed, drawn, { occlusion: track.occlusion(n), usualLuma });
      return box && { box, landmarks: { tracked: found.mesh, smoothed, run: found.run } };
    },
  };
}

/** Looks at the whole segment before the first frame is drawn: threads that draw parts of it agree on the person's shape. */
function observeAll(shape: ShapeTransfer, track: FaceTrack): void {
  const step = Math.max(1, track.frameCount / mostObservedFrames);
  for (let at = 0; at < track.frameCount; at += step) {
    const found = track.tracked(Math.floor(at));
    if (found !== undefined) shape.observe(found.mesh);
  }
}
