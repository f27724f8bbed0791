import type { Fingerprint } from "#model/manifest.js";

/** How much a film looks like one whose fingerprint was kept. */
export interface FingerprintMatch {
  /** Share of equal bits in the best alignment, 0-1: 1 is equal, films that have nothing in common reach about 0.6. */
  readonly similarity: number;
  /** Second of the kept film that the looked-up film's beginning shows; below 0 when the latter starts earlier. */
  readonly offsetSeconds: number;
  /** Pictures that were compared in this alignment; 0 when there was nothing to compare. */
  readonly comparedSamples: number;
}

/**
 * From here on two films look alike: the middle between the least alike copies and the most alike strangers of eight
 * real clips. 96 copies (CRF 28 to 32, 360 and 480 lines, lighter, darker, trimmed, cropped by up to a tenth a side)
 * had at least 0.87 with their original; 616 pairs of films without common footage had at most 0.73, over all assumed
 * crops. Halves of one clip had 0.56 to 0.99: with a still camera they look alike too. A larger crop, a mirrored or a
 * framed copy is not promised to be found.
 */
export const looksAlikeSimilarity = 0.8;

/** An alignment must cover half of the shorter film, and this many pictures where there are as many. */
const leastSamples = 3;

/**
 * Compares a film with a kept fingerprint, over all alignments in time and, given several fingerprints of the film,
 * over all of these. "Looks like this film" is all it says: renders of one template look alike on purpose.
 * @param film from `readMarks()`, whose fingerprints stand for ways in which the film may have been cropped; or one.
 */
export function compareFingerprints(film: Fingerprint | readonly Fingerprint[], kept: Fingerprint): FingerprintMatch {
  const views = "hashes" in film ? [film] : film;
  let best: FingerprintMatch = { similarity: 0, offsetSeconds: 0, comparedSamples: 0 };
  const keptBits = bitsOf(kept);
  for (const view of views) {
    if (view.algorithm !== kept.algorithm) continue;
    const isFine = view.stepSeconds <= kept.stepSeconds;
    const match = isFine
      ? bestAlignment(bitsOf(view), view.stepSeconds, keptBits, kept.stepSeconds)
      : bestAlignment(keptBits, kept.stepSeconds, bitsOf(view), view.stepSeconds);
    if (match.similarity <= best.similarity) continue;
    best = isFine ? match : { ...match, offsetSeconds: 0 - match.offsetSeconds };
  }
  return best;
}

/** Upper and lower 32 bits of each hash; both 0 for a flat picture, see `flatHash`. */
type Bits = Uint32Array;

/** One film is compared with many kept ones, and reading its digits takes as long as a comparison. */
const knownBits = new WeakMap<Fingerprint, Bits>();

function bitsOf(fingerprint: Fingerprint): Bits {
  const known = knownBits.get(fingerprint);
  if (known !== undefined) return known;
  const words = fingerprint.hashes.flatMap((hash) => [`0x${hash.slice(0, 8)}`, `0x${hash.slice(8)}`]);
  const bits = Uint32Array.from(words, Number);
  knownBits.set(fingerprint, bits);
  return bits;
}

/** Steps double with the length of a film: this is a film of a week against one of seconds. A file may say anything. */
const maxStride = 4096;

/** `offsetSeconds` is the second of the coarse film at which the fine one begins. */
function bestAlignment(fine: Bits, fineStepSeconds: number, coarse: Bits, coarseStepSeconds: number): FingerprintMatch {
  const stride = Math.round(coarseStepSeconds / fineStepSeconds);
  let best = { similarity: 0, offsetSeconds: 0, comparedSamples: 0 };
  if (!(stride >= 1 && stride <= maxStride)) return best;
  const shorter = Math.min(usefulSamples(coarse), Math.ceil(usefulSamples(fine) / stride));
  const least = Math.max(1, Math.min(leastSamples, shorter), Math.ceil(shorter / 2));
  const fineSamples = fine.length / 2;
  const coarseSamples = coarse.length / 2;
  for (let shift = 1 - fineSamples; shift <= (coarseSamples - 1) * stride; shift++) {
    let different = 0;
    let compared = 0;
    const first = Math.max(0, Math.ceil(shift / stride));
    for (let at = first; at < coarseSamples && at * stride - shift < fineSamples; at++) {
      const beside = (at * stride - shift) * 2;
      if (coarse[at * 2] === 0 || fine[beside] === 0) continue;
      different += setBits(coarse[at * 2]! ^ fine[beside]!) + setBits(coarse[at * 2 + 1]! ^ fine[beside + 1]!);
      compared++;
    }
    if (compared < least) continue;
    const similarity = 1 - different / (compared * comparedBits);
    const isBetter = similarity === best.similarity ? compared > best.comparedSamples : similarity > best.similarity;
    if (isBetter) best = { similarity, offsetSeconds: shift * fineStepSeconds, comparedSamples: compared };
  }
  return best;
}

/** The first bit of a hash is always 1. */
const comparedBits = 63;

function usefulSamples(bits: Bits): number {
  let useful = 0;
  for (let at = 0; at < bits.length; at += 2) if (bits[at] !== 0) useful++;
  return useful;
}

function setBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
