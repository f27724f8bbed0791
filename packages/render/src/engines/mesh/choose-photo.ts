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

/** Tells for any frame in which the face is there what it is drawn from. */
export type PhotoChoice = (n: number) => PhotoBlend;

/**
 * Frames over which one photo gives way to the next. On a head that turns 60 degrees in 4 seconds, the largest change of luma
 * from frame to frame is 1.2 with one photo; with three 2.4 when they fade over 5 frames, 1.6 over 9 and 1.4 over 13.
 */
const fadeFrames = 13;
/**
 * What a change of photos costs, in degrees summed over frames: half a second (at 30 frames a second) of a photo that fits
 * 10 degrees better pays for it. A head that trembles between two photos keeps the one it has.
 */
const changeCost = 150;
/** Frames that are chosen for at a time, and how many on either side of them are looked at for it. */
const windowFrames = 900;
const marginFrames = 300;

/** The photo of one frame before any fade. */
interface ChosenFrame {
  readonly photo: number;
  readonly run: number;
}

/**
 * Chooses for every frame of a segment the photo whose head is turned most like the person's. Of all ways to change photos
 * the one with the smallest sum of angles and changes is taken, so that a photo comes before the turn is over and none
 * flashes up. Long segments are looked at in windows that lie where they lie whichever frame is asked for: parts of a segment
 * drawn by different threads agree.
 * @param photos head poses of the photos, at least one; of equally good ones the first is taken.
 * @param poseAt pose of a frame of the segment, undefined where there is no face or no frame. Not asked when there is one photo.
 */
export function createPhotoChoice(
  photos: readonly HeadPose[],
  poseAt: (n: number) => FramePose | undefined,
): PhotoChoice {
  if (photos.length === 1) return () => ({ photo: 0 });
  /** The two used last: a fade asks across the border of two. */
  const windows = new Map<number, readonly (ChosenFrame | undefined)[]>();
  const chosenAt = (n: number): ChosenFrame | undefined => {
    const index = Math.floor(n / windowFrames);
    const window = windows.get(index) ?? chooseWindow(photos, poseAt, index * windowFrames);
    windows.delete(index);
    windows.set(index, window);
    for (const oldest of windows.keys()) if (windows.size > 2) windows.delete(oldest);
    return window[n - index * windowFrames];
  };
  return (n) => blendAt(chosenAt, n);
}

/** Run by run, in a window and its margins. */
function chooseWindow(
  photos: readonly HeadPose[],
  poseAt: (n: number) => FramePose | undefined,
  start: number,
): readonly (ChosenFrame | undefined)[] {
  const length = windowFrames + 2 * marginFrames;
  const frames = Array.from({ length }, (_, i) => poseAt(start - marginFrames + i));
  const chosen: (ChosenFrame | undefined)[] = frames.map(() => undefined);
  for (let from = 0; from < length;) {
    const run = frames[from]?.run;
    let end = from + 1;
    while (end < length && frames[end]?.run === run) end++;
    if (run !== undefined) {
      const poses = frames.slice(from, end).filter((pose) => pose !== undefined);
      for (const [k, photo] of cheapestWay(photos, poses).entries()) chosen[from + k] = { photo, run };
    }
    from = end;
  }
  return chosen.slice(marginFrames, marginFrames + windowFrames);
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

/** Fades linearly over the frames around the nearest change, which lies between two frames of one run. */
function blendAt(chosenAt: (n: number) => ChosenFrame | undefined, n: number): PhotoBlend {
  const { photo = 0, run } = chosenAt(n) ?? {};
  const reach = (fadeFrames - 1) / 2;
  for (let away = 0; away < reach; away++) {
    for (const other of [chosenAt(n - away - 1), chosenAt(n + away + 1)]) {
      if (other === undefined || other.run !== run || other.photo === photo) continue;
      return { photo, other: { photo: other.photo, share: 0.5 - (away + 0.5) / fadeFrames } };
    }
  }
  return { photo };
}
