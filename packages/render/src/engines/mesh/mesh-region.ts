import type { PixelBox, PlanarFrame } from "#model/image.js";
import type { DrawnFace, FaceRegion, FaceSighting } from "#engines/face-engine.js";
import type { FacePainter } from "./face-painter.js";
import type { FaceTracker } from "./face-tracker.js";
import { interocular } from "./mesh-measures.js";
import { createShapeTransfer } from "./shape-transfer.js";
import { smoothingReach, smoothMesh, type TrackedFrame } from "./smoothing.js";
import { faceOval, meshVertexCount } from "./topology.js";

/** Puts tracker, smoothing, shape and painter together for one run of frames. */
export function createMeshRegion(tracker: FaceTracker, painter: FacePainter, faceMesh: Float32Array): FaceRegion {
  const shape = createShapeTransfer(faceMesh);
  const tracked = new Map<number, TrackedFrame | undefined>();
  const smoothed = new Float32Array(3 * meshVertexCount);
  const drawn = new Float32Array(3 * meshVertexCount);
  let seen = 0;
  let isFinished = false;

  return {
    lookAheadFrames: smoothingReach,
    track(frame): FaceSighting | undefined {
      const found = tracker.track(frame);
      tracked.set(seen++, found);
      return found && { box: ovalBox(found.mesh, frame), interocularPixels: interocular(found.mesh) };
    },
    finishTracking() {
      isFinished = true;
    },
    draw(frame, n): DrawnFace | undefined {
      if (n + smoothingReach >= seen && !isFinished) {
        throw new Error(`frame ${n} was drawn before frame ${n + smoothingReach} was tracked`);
      }
      const found = tracked.get(n);
      tracked.delete(n - smoothingReach);
      if (found === undefined) return undefined;
      smoothMesh(n, (k) => tracked.get(k), smoothed);
      shape.observe(smoothed);
      shape.apply(smoothed, drawn);
      const box = painter.paint(frame, smoothed, drawn);
      return box && { box, landmarks: { tracked: found.mesh, smoothed, run: found.run } };
    },
  };
}

function ovalBox(mesh: Float32Array, frame: PlanarFrame): PixelBox {
  const xs = faceOval.map((landmark) => mesh[3 * landmark]!);
  const ys = faceOval.map((landmark) => mesh[3 * landmark + 1]!);
  return {
    left: Math.max(0, Math.floor(Math.min(...xs))),
    top: Math.max(0, Math.floor(Math.min(...ys))),
    right: Math.min(frame.widthPixels, Math.ceil(Math.max(...xs)) + 1),
    bottom: Math.min(frame.heightPixels, Math.ceil(Math.max(...ys)) + 1),
  };
}
