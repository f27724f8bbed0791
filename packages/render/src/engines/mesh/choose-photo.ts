import type { HeadPose } from "#face-mesh/mesh-measures.js";

/** The turn of the person's head in one frame of the video. */
export interface FramePose extends HeadPose {
  /** Frames of two runs have nothing to do with each other; see `TrackedFrame`. */
  readonly run: number;
}

/** Which photos a frame is drawn from: at most two at once. */
export interface PhotoBlend {
  /** Number of the photo, from 0 in the order given. */
  readonly photo: number;
  /** The photo that fades in or out over it, if any, and its share of the picture, above 0 and up to 0.5. */
  readonly other?: { readonly photo: number; readonly share: number };
}

/** Frames over which one photo gives way to the next. */
const fadeFrames = 5;
/**
 * What a change of photos costs, in degrees summed over frames: half a second (at 30 frames a second) of a photo that fits
 * 10 degrees better pays for it. A head that trembles between two photos keeps the one it has.
 */
const changeCost = 150;

/**
 * Chooses for every frame of a segment the photo whose head is turned most like the person's. The whole segment is looked
 * at: of all ways to change photos the one with the smallest sum of angles and changes is taken, so that a photo comes
 * before the turn is over and none flashes up. Pure; parts of a segment drawn by different threads agree.
 * @param photos head poses of the photos, at least one; of equally good ones the first is taken.
 * @param frames smoothed poses of the frames, undefined where there is no face.
 * @returns one blend a frame, undefined where there is no face.
 */
export function choosePhotos(
  photos: readonly HeadPose[],
  frames: readonly (FramePose | undefined)[],
): readonly (PhotoBlend | undefined)[] {
  const blends: (PhotoBlend | undefined)[] = frames.map(() => undefined);
  for (let from = 0; from < frames.length;) {
    const run = frames[from]?.run;
    let end = from + 1;
    while (end < frames.length && frames[end]?.run === run) end++;
    const poses = frames.slice(from, end).filter((pose) => pose !== undefined);
    const chosen = cheapestWay(photos, poses);
    for (let k = 0; k < poses.length; k++) blends[from + k] = blendAt(chosen, k);
    from = end;
  }
  return blends;
}

/** The photo of each frame of one run (Viterbi): least sum of angles and changes. */
function cheapestWay(photos: readonly HeadPose[], poses: readonly HeadPose[]): Uint8Array {
  let costs = photos.map(() => 0);
  const cameFrom = poses.map((pose) => {
    const best = costs.indexOf(Math.min(...costs));
    const origins = Uint8Array.from(costs, (cost, photo) => (cost <= costs[best]! + changeCost ? photo : best));
    costs = photos.map((photo, k) => Math.min(costs[k]!, costs[best]! + changeCost) + angle(photo, pose));
    return origins;
  });
  const chosen = new Uint8Array(poses.length);
  let photo = costs.indexOf(Math.min(...costs));
  for (let n = poses.length - 1; n >= 0; n--) {
    chosen[n] = photo;
    photo = cameFrom[n]![photo]!;
  }
  return chosen;
}

function angle(a: HeadPose, b: HeadPose): number {
  return Math.hypot(a.yawDegrees - b.yawDegrees, a.pitchDegrees - b.pitchDegrees);
}

/** Fades linearly over the frames around the nearest change, which lies between two frames. */
function blendAt(chosen: Uint8Array, n: number): PhotoBlend {
  const photo = chosen[n]!;
  const reach = (fadeFrames - 1) / 2;
  for (let away = 0; away < reach; away++) {
    for (const other of [chosen[n - away - 1], chosen[n + away + 1]]) {
      if (other === undefined || other === photo) continue;
      return { photo, other: { photo: other, share: 0.5 - (away + 0.5) / fadeFrames } };
    }
  }
  return { photo };
}
