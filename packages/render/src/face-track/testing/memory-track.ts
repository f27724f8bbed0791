import type { FaceTrack, TrackedFrame } from "#model/face-track.js";

/** A track of frames that lie in memory, with nothing in front of the face. */
export function memoryTrack(frames: readonly (TrackedFrame | undefined)[]): FaceTrack {
  return {
    frameCount: frames.length,
    tracked: (n) => frames[n],
    occlusion: () => undefined,
    usualLuma: undefined,
  };
}
