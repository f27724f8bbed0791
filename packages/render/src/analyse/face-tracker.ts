import type { TrackedFrame } from "#model/face-track.js";
import type { PlanarFrame } from "#model/image.js";
import type { FaceDetector } from "#nets/face-detector.js";
import { squareAround, type FaceLandmarks, type FaceMesh } from "#nets/face-landmarks.js";
import { meanStep } from "#face-mesh/mesh-measures.js";
import { confirmFace, minimumPresence, roiFactor, sureScore } from "./confirm-face.js";
import { createShotCutDetector } from "./shot-cut.js";

/** Follows one person's face through consecutive frames. */
export interface FaceTracker {
  /** Landmarks in this frame, or undefined when the face is not there. Call once a frame, in order, one at a time. */
  track(frame: PlanarFrame): Promise<TrackedFrame | undefined>;
}

/** Mean landmark step between two frames, in interocular distances, that no head makes: another shot or another face. */
const maximumStep = 0.5;
/** While the face is away, the detector looks at every frame (20 ms), and closely for small faces (100 ms) at every sixth. */
const lookCloselyEvery = 6;

/**
 * @param angleRadians clockwise turn of faces in the stored picture (minus the rotation a player applies).
 * @param isThePerson asked whenever a face is taken up; default: the largest face is the person.
 */
export function createFaceTracker(
  detector: FaceDetector,
  landmarks: FaceLandmarks,
  angleRadians: number,
  isThePerson: (frame: PlanarFrame, mesh: FaceMesh) => Promise<boolean> = async () => true,
): FaceTracker {
  const cuts = createShotCutDetector();
  let last: Float32Array | undefined;
  let run = 0;
  let framesSearched = 0;

  async function find(frame: PlanarFrame, tiles: "when-empty" | "never"): Promise<FaceMesh | undefined> {
    // Smaller faces are tried when the network does not confirm the largest, or it is somebody else's.
    const faces = await detector.detect(frame, { angleRadians, tiles });
    for (const face of faces.filter(({ score }) => score >= sureScore).slice(0, 3)) {
      const mesh = await confirmFace(landmarks, frame, face);
      if (mesh !== undefined && (await isThePerson(frame, mesh))) return mesh;
    }
    return undefined;
  }

  async function search(frame: PlanarFrame): Promise<TrackedFrame | undefined> {
    last = await find(frame, framesSearched++ % lookCloselyEvery === 0 ? "when-empty" : "never");
    if (last === undefined) return undefined;
    framesSearched = 0;
    return { mesh: last, run: (run += 1) };
  }

  return {
    async track(frame) {
      if (cuts.isCut(frame)) {
        last = undefined;
        framesSearched = 0;
      }
      if (last === undefined) return search(frame);
      const reading = await landmarks.read(frame, squareAround(last, roiFactor));
      if (reading.presence < minimumPresence) {
        framesSearched = 0;
        return search(frame);
      }
      if (meanStep(last, reading.mesh) > maximumStep) run += 1;
      last = reading.mesh;
      return { mesh: last, run };
    },
  };
}
