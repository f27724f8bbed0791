import { featureCount, type SoundFrames } from "./sound-frames.js";
import type { WordStates } from "./word-states.js";

/** Where the path may run: for each frame of the speech the first state, and the number of states. */
export interface Band {
  readonly starts: Int32Array;
  readonly width: number;
}

/** The cheapest way through the states. */
export interface BestPath {
  /** State at each frame of the speech. */
  readonly states: Int32Array;
  /** What each frame differs from its state, without the cost of getting there. */
  readonly costs: Float32Array;
  /** Mean cost of a frame; infinite when there are more states than the speech can run through. */
  readonly cost: number;
}

/** Cost of a frame that dwells on the frame of the reference of the frame before. */
const stayCost = 0.12;
/** Cost of leaving out one frame of the reference, and two. */
const [skipCost, skipTwoCost] = [0.1, 0.25];
/** Cost of falling silent. */
const silenceEntryCost = 0.2;
/** Cost of a frame of silence: well below `silenceLevel` dB from the speech's level, and what is added well above. */
const [silenceCost, loudSilenceCost] = [0.35, 1.6];
/** Closures of `p`, `t` and `k` inside words are as quiet as the speech level, pauses are quieter. */
const silenceLevel = -8;
/** Decibels over which quiet turns to loud. */
const silenceSlope = 3;
/** Cost added to a word's frame that is below the speech level. */
const quietWordCost = 0.25;

/**
 * Viterbi's search (1967). The speech may dwell on a frame of the reference or leave out one or two, and may be silent between
 * words; that is cheap where its level is low.
 */
export function findBestPath(speech: SoundFrames, reference: SoundFrames, states: WordStates, band: Band): BestPath {
  const { width, starts } = band;
  const { frames, count } = states;
  // 0: stayed; n: came from n states before.
  const steps = new Uint8Array(speech.count * width);
  let before = new Float64Array(count + 3).fill(Infinity);
  let now = new Float64Array(count + 3).fill(Infinity);
  const pad = 3;
  for (let t = 0; t < speech.count; t++) {
    const start = starts[t]!;
    const end = Math.min(count, start + width);
    const level = speech.levels[t]!;
    const silent =
      silenceCost + loudSilenceCost / (1 + Math.exp((speech.speechLevel + silenceLevel - level) / silenceSlope));
    const quiet = level > speech.speechLevel ? 0 : quietWordCost;
    // Nothing left of the band may be reached from what two frames before left here.
    for (let s = Math.max(0, start - pad); s < start; s++) now[s + pad] = Infinity;
    for (let s = start; s < end; s++) {
      const isSilence = frames[s]! < 0;
      const local = isSilence ? silent : distance(speech.features, t, reference.features, frames[s]!) + quiet;
      let best: number;
      let step = 0;
      if (t === 0) best = s <= 1 ? 0 : Infinity;
      else {
        const at = s + pad;
        best = before[at]!;
        if (isSilence) {
          const entered = before[at - 1]! + silenceEntryCost;
          if (s > 0 && entered < best) {
            best = entered;
            step = 1;
          }
        } else {
          best += stayCost;
          const one = before[at - 1]!;
          if (one < best) {
            best = one;
            step = 1;
          }
          const isAfterSilence = frames[s - 1]! < 0;
          const two = before[at - 2]! + (isAfterSilence ? 0 : skipCost);
          if (s >= 2 && two < best) {
            best = two;
            step = 2;
          }
          const three = before[at - 3]! + skipTwoCost;
          if (s >= 3 && !isAfterSilence && frames[s - 2]! >= 0 && three < best) {
            best = three;
            step = 3;
          }
        }
      }
      now[s + pad] = best + local;
      steps[t * width + s - start] = step;
    }
    for (let s = end; s < Math.min(count, end + pad); s++) now[s + pad] = Infinity;
    [before, now] = [now, before];
  }
  const last = before[count - 1 + pad]! <= before[count - 2 + pad]! ? count - 1 : count - 2;
  const cost = before[last + pad]! / speech.count;
  const path = new Int32Array(speech.count);
  const costs = new Float32Array(speech.count);
  if (cost === Infinity) return { states: path, costs, cost };
  for (let t = speech.count - 1, s = last; t >= 0; t--) {
    path[t] = s;
    costs[t] = frames[s]! < 0 ? 0 : distance(speech.features, t, reference.features, frames[s]!);
    s -= steps[t * width + s - starts[t]!]!;
  }
  return { states: path, costs, cost };
}

const size: number = featureCount;

/** Root of the mean squared difference of two frames. */
function distance(a: Float32Array, i: number, b: Float32Array, j: number): number {
  let sum = 0;
  for (let k = 0, x = i * size, y = j * size; k < size; k++, x++, y++) {
    const difference = a[x]! - b[y]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum / size);
}
