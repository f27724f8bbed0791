import type { PlanarFrame } from "#model/image.js";
import type { FaceDetector } from "#nets/face-detector.js";
import { squareAround, type FaceLandmarks, type FaceReading } from "#nets/face-landmarks.js";
import { interocular } from "./mesh-measures.js";
import { createShotCutDetector } from "./shot-cut.js";
import type { TrackedFrame } from "./smoothing.js";
import { meshVertexCount } from "./topology.js";

/** Follows one person's face through consecutive frames. */
export interface FaceTracker {
  /** Landmarks in this frame, or undefined when the face is not there. Call once a frame, in order. */
  track(frame: PlanarFrame): TrackedFrame | undefined;
}

/** Below this the network does not believe in a face. */
const minimumPresence = 0.5;
/** Mean landmark step between two frames, in interocular distances, that no head makes: another shot or another face. */
const maximumStep = 0.5;
/** The network wants the face with this much room. */
const roiFactor = 1.5;
/**
 * A face is only taken up when detector and network are sure. Measured on footage without a face (hands, a blurred room):
 * detector up to 0.71, and network up to 1.0 on the second look but rarely on the first; on real faces of five clips at
 * least 0.79 and 1.0. A face once taken up is followed down to `minimumPresence`.
 */
const sureScore = 0.72;
const surePresence = 0.9;
/** While the face is away, the detector looks at every frame (20 ms), and closely for small faces (100 ms) at every sixth. */
const lookCloselyEvery = 6;

/** Runs are numbered through the whole thread, so that no two segments share one. */
let lastRun = 0;

/** @param angleRadians clockwise turn of faces in the stored picture (minus the rotation a player applies). */
export function createFaceTracker(detector: FaceDetector, landmarks: FaceLandmarks, angleRadians: number): FaceTracker {
  const cuts = createShotCutDetector();
  let last: Float32Array | undefined;
  let run = (lastRun += 1);
  let framesSearched = 0;

  function find(frame: PlanarFrame, tiles: "when-empty" | "never"): FaceReading | undefined {
    // The largest face is the person; smaller ones are tried when the network does not confirm it.
    const faces = detector.detect(frame, { angleRadians, tiles }).filter((face) => face.score >= sureScore);
    for (const face of faces.slice(0, 3)) {
      const roi = { ...face, sizePixels: face.sizePixels * roiFactor };
      const rough = landmarks.read(frame, roi);
      if (rough.presence < surePresence) continue;
      const fine = landmarks.read(frame, squareAround(rough.mesh, roiFactor));
      if (fine.presence >= minimumPresence) return fine;
    }
    return undefined;
  }

  function search(frame: PlanarFrame): TrackedFrame | undefined {
    last = undefined;
    const reading = find(frame, framesSearched++ % lookCloselyEvery === 0 ? "when-empty" : "never");
    if (reading === undefined) return undefined;
    framesSearched = 0;
    last = reading.mesh;
    return { mesh: reading.mesh, run: (run = lastRun += 1) };
  }

  return {
    track(frame) {
      if (cuts.isCut(frame)) {
        last = undefined;
        framesSearched = 0;
      }
      if (last === undefined) return search(frame);
      const reading = landmarks.read(frame, squareAround(last, roiFactor));
      if (reading.presence < minimumPresence) {
        framesSearched = 0;
        return search(frame);
      }
      if (meanStep(last, reading.mesh) > maximumStep) run = lastRun += 1;
      last = reading.mesh;
      return { mesh: last, run };
    },
  };
}

function meanStep(before: Float32Array, after: Float32Array): number {
  let sum = 0;
  for (let o = 0; o < 3 * meshVertexCount; o += 3)
    sum += Math.hypot(after[o]! - before[o]!, after[o + 1]! - before[o + 1]!);
  return sum / meshVertexCount / interocular(before);
}
