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
  const pad = 3;
  let before = new Float64Array(count + pad).fill(Infinity);
  let now = new Float64Array(count + pad).fill(Infinity);
  // As if a frame before the first had been silent.
  before[pad] = 0;
  for (let t = 0; t < speech.count; t++) {
    const start = starts[t]!;
    const end = Math.min(count, start + width);
    const silent = costOfSilence(speech.levels[t]! - speech.speechLevel);
    const quiet = speech.levels[t]! > speech.speechLevel ? 0 : quietWordCost;
    const row = t * width - start;
    // Nothing left of the band may be reached from what two frames before left here.
    now.fill(Infinity, Math.max(0, start - pad) + pad, start + pad);
    for (let s = start; s < end; s++) {
      const at = s + pad;
      let best = before[at]!;
      let step = 0;
      if (frames[s]! < 0) {
        const entered = before[at - 1]! + silenceEntryCost;
        if (entered < best) {
          best = entered;
          step = 1;
        }
        best += silent;
      } else {
        best += stayCost;
        const one = before[at - 1]!;
        if (one < best) {
          best = one;
          step = 1;
        }
        const isAfterSilence = frames[s - 1]! < 0;
        const two = before[at - 2]! + (isAfterSilence ? 0 : skipCost);
        if (two < best) {
          best = two;
          step = 2;
        }
        const three = before[at - 3]! + skipTwoCost;
        if (!isAfterSilence && three < best && frames[s - 2]! >= 0) {
          best = three;
          step = 3;
        }
        // Most of a wide band cannot be reached yet.
        if (best < Infinity) best += distance(speech.features, t, reference.features, frames[s]!) + quiet;
      }
      now[at] = best;
      steps[row + s] = step;
    }
    now.fill(Infinity, end + pad, Math.min(count, end + pad) + pad);
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

/** @param level decibels above the speech's. */
function costOfSilence(level: number): number {
  return silenceCost + loudSilenceCost / (1 + Math.exp((silenceLevel - level) / silenceSlope));
}

const size: number = featureCount;

/** Root of the mean squared difference of two frames; in two sums, which a processor adds side by side. */
function distance(a: Float32Array, i: number, b: Float32Array, j: number): number {
  let [even, odd] = [0, 0];
  for (let x = i * size, y = j * size, end = x + size; x < end; x += 2, y += 2) {
    const one = a[x]! - b[y]!;
    const two = a[x + 1]! - b[y + 1]!;
    even += one * one;
    odd += two * two;
  }
  return Math.sqrt((even + odd) / size);
}
