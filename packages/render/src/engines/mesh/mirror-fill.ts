import { smoothstep } from "#face-mesh/mesh-measures.js";
import { boxBlur } from "./box-blur.js";
import type { Mirror } from "./mirror-map.js";
import { mapChannels, type FacePlanes } from "./skin-model.js";
import { fillSmoothly } from "./smooth-fill.js";

/** Radii over the side of the picture: of the change from one half to the other, of the fit of both, of looking for shadows. */
const shares = { seam: 0.018, fit: 0.011, shadow: 0.008 } as const;
/** Own luma below this share of the mirrored one begins to be, and is, a shadow: beside the nose, under a strand of hair. */
const shadow = { begins: 0.8, complete: 0.6 } as const;

/** How a face is made whole, pixel by pixel of a square plane. */
export interface MirrorFill {
  /** Share of the photo's own pixel, 0-1; the rest is its mirrored partner, times `fit` of the same channel. */
  readonly own: Float32Array;
  readonly fit: FacePlanes["channels"];
  /** How far the pixel shows the face, own or mirrored, 0-1; the rest is `around` of the same channel. */
  readonly shown: Float32Array;
  readonly around: FacePlanes["channels"];
}

/**
 * Plans to fill what hair, hands and hard shadows hide: from the mirrored place where that one is valid, and from the skin
 * around where neither is.
 * @param planes a face whose light is even. @param validity 0-1 a pixel: where the face is seen.
 * @param features 1 on eyes, brows and lips: they are never shadows, and never continued.
 */
export function planFill(
  { sidePixels: side, channels }: FacePlanes,
  validity: Float32Array,
  mirror: Mirror,
  features: Float32Array,
): MirrorFill {
  const valid = withoutShadows(channels, validity, mirror, features, side);
  const soft = valid.slice();
  boxBlur(soft, side, side, radiusOf(shares.seam, side));
  for (let o = 0; o < valid.length; o++) valid[o] = Math.min(valid[o]!, smoothstep(0.5, 1, soft[o]!));
  const mirrored = mirror(valid);
  const own = valid.map((share, o) => share / Math.max(1e-6, share + (1 - share) * mirrored[o]!));
  const shown = valid.map((share, o) => smoothstep(0.3, 0.9, share + (1 - share) * mirrored[o]!));
  const skin = shown.map((share, o) => share * (1 - features[o]!));
  const both = valid.map((share, o) => smoothstep(0.5, 1, Math.min(share, mirrored[o]!)));
  const others = mapChannels(channels, mirror);
  // The mirrored half takes on the brightness that its surroundings have here: no edge where it begins.
  const fit = mapChannels(channels, (channel, k) => {
    const ratio = logRatio(channel, others[k]!, side);
    fillSmoothly(ratio, both, side);
    return ratio.map(Math.exp);
  });
  const around = mapChannels(channels, (channel, k) => {
    const whole = channel.map((value, o) => value * own[o]! + others[k]![o]! * fit[k]![o]! * (1 - own[o]!));
    fillSmoothly(whole, skin, side);
    return whole;
  });
  return { own, fit, shown, around };
}

function radiusOf(share: number, side: number): number {
  return Math.max(1, Math.round(side * share));
}

/** Logarithm of one plane over another, both blurred. */
function logRatio(plane: Float32Array, other: Float32Array, side: number): Float32Array {
  const radius = radiusOf(shares.fit, side);
  const above = plane.slice();
  const below = other.slice();
  boxBlur(above, side, side, radius);
  boxBlur(below, side, side, radius);
  return above.map((value, o) => Math.log((value + 4) / (below[o]! + 4)));
}

/** The validity less what is in shadow while the other half is lit. Eyes, brows and lips differ by themselves. */
function withoutShadows(
  [reds, greens, blues]: FacePlanes["channels"],
  validity: Float32Array,
  mirror: Mirror,
  features: Float32Array,
  side: number,
): Float32Array {
  const luma = reds.map((red, o) => 0.2126 * red + 0.7152 * greens[o]! + 0.0722 * blues[o]!);
  boxBlur(luma, side, side, radiusOf(shares.shadow, side));
  const mirrored = mirror(luma);
  const known = mirror(validity);
  const doubt = luma.map(
    (own, o) =>
      known[o]! * (1 - features[o]!) * (1 - smoothstep(shadow.complete, shadow.begins, (own + 2) / (mirrored[o]! + 2))),
  );
  boxBlur(doubt, side, side, radiusOf(shares.shadow, side));
  return validity.map((value, o) => value * (1 - smoothstep(0.1, 0.6, doubt[o]!)));
}
