import { smoothstep } from "#face-mesh/mesh-measures.js";
import { boxBlur } from "./box-blur.js";
import type { Mirror } from "./mirror-map.js";
import type { FacePlanes } from "./skin-model.js";
import { fillSmoothly } from "./smooth-fill.js";

/** Radius over the side of the picture of the blur that tells light from features. */
const lightBlurShare = 0.045;
/** A side can be this much brighter than the middle of both before its correction is held. */
const strongestGain = 1.7;

/**
 * Evens out the light of a photo. Light from one side makes both halves differ where the face itself hardly does: each half
 * is brought to the geometric mean of both in the low frequencies. What only one half knows, because hair hides the other,
 * continues what both know beside it.
 * @param validity 0-1 a pixel: where the face is seen.
 * @returns factors for red, green and blue a pixel.
 */
export function evenLight(
  { sidePixels: side, channels: [reds, greens, blues] }: FacePlanes,
  validity: Float32Array,
  mirror: Mirror,
): FacePlanes["channels"] {
  const radius = Math.max(2, Math.round(side * lightBlurShare));
  const limit = Math.log(strongestGain);
  const near = validity.slice();
  boxBlur(near, side, side, radius);
  const mirroredNear = mirror(near);
  const known = near.map((weight, o) => smoothstep(0.1, 0.6, Math.min(weight, mirroredNear[o]!)));
  const factorsOf = (channel: Float32Array): Float32Array => {
    const low = channel.map((value, o) => value * validity[o]!);
    boxBlur(low, side, side, radius);
    for (let o = 0; o < low.length; o++) low[o] = (low[o]! + 1e-3) / (near[o]! + 1e-5);
    const mirroredLow = mirror(low);
    const gain = low.map((own, o) =>
      Math.max(-limit, Math.min(limit, Math.log((mirroredLow[o]! + 4) / (own + 4)) / 2)),
    );
    fillSmoothly(gain, known, side);
    return gain.map(Math.exp);
  };
  return [factorsOf(reds), factorsOf(greens), factorsOf(blues)];
}
