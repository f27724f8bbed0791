import { memoryTrack } from "#face-track/testing/memory-track.js";
import type { FaceTrack, TrackedFrame } from "#model/face-track.js";
import type { PlanarFrame } from "#model/image.js";
import { leaseFaceNets } from "#nets/face-nets.js";
import { createFaceTracker } from "#analyse/face-tracker.js";

/** Follows the largest face through pictures, as the analysis does. */
export async function trackPictures(pictures: readonly PlanarFrame[], angleRadians = 0): Promise<FaceTrack> {
  const nets = leaseFaceNets();
  try {
    const tracker = createFaceTracker(await nets.detector(), await nets.landmarks(), angleRadians);
    const frames: (TrackedFrame | undefined)[] = [];
    for (const picture of pictures) frames.push(await tracker.track(picture));
    return memoryTrack(frames);
  } finally {
    nets.release();
  }
}
