import type { FrameIndex } from "#model/media.js";

/** Half a millisecond: a range typed as 0.033 means the frame at 1/30 s. */
const snapSeconds = 0.0005;

/** First frame shown at or after a time; the frame count when there is none. */
export function frameAt(index: FrameIndex, seconds: number): number {
  const times = index.presentationSeconds;
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < seconds - snapSeconds) low = middle + 1;
    else high = middle;
  }
  return low;
}
