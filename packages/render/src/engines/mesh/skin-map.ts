import { boxBlur } from "./box-blur.js";
import { smoothstep } from "./mesh-measures.js";
import { fillPolygon, ringPoints } from "./polygon.js";
import { faceOval, leftBrow, leftEyeRing, lipsOuterRing, noseRing, rightBrow, rightEyeRing, skinProbes } from "./topology.js";

/** A square picture of a face as three planes, 0-255: brightness, and blue and red difference around 0. */
export interface FacePlanes {
  readonly sidePixels: number;
  readonly luma: Float32Array;
  readonly blueDifference: Float32Array;
  readonly redDifference: Float32Array;
}

/** Which pixels of a face picture show skin or a feature that belongs to the face. */
export interface SkinMap {
  /** 0-1 a pixel: 0 for hair, hands of another colour, background; eyes, brows, nose and lips count as 1. */
  readonly validity: Float32Array;
  /** Mean validity inside the face oval, 0-1. */
  readonly coverage: number;
}

/** Distances in the skin's own spread at which a pixel stops and fully ceases to be skin. */
const skinDistance = { sure: 3.2, never: 5.4 } as const;

/**
 * Learns the colour of the skin from cheeks, nose, chin and forehead of the same picture, then judges every pixel by its
 * distance from it. Fixed skin colours would favour some people; this compares a face only with itself.
 * @param mesh landmarks in pixels of the planes.
 */
export function mapSkin(planes: FacePlanes, mesh: Float32Array): SkinMap {
  const { sidePixels: side, luma, blueDifference, redDifference } = planes;
  const model = learnSkin(planes, mesh);
  const validity = new Float32Array(side * side);
  for (let o = 0; o < validity.length; o++) {
    const bright = luma[o]! - model.luma.middle;
    // Shade is more often a hollow of the face than highlights are hair; chroma decides first.
    const dy = bright / (model.luma.spread * (bright < 0 ? 1.3 : 1.8));
    const du = (blueDifference[o]! - model.blue.middle) / model.blue.spread;
    const dv = (redDifference[o]! - model.red.middle) / model.red.spread;
    validity[o] = 1 - smoothstep(skinDistance.sure, skinDistance.never, Math.sqrt(dy * dy * 0.5 + du * du + dv * dv));
  }
  const scratch = new Float32Array(side * side);
  // Single pixels of another colour (moles, highlights) are skin; strands of hair are wider.
  boxBlur(validity, side, side, Math.max(1, Math.round(side * 0.012)), scratch);
  const features = featureMask(mesh, side);
  for (let o = 0; o < validity.length; o++) {
    validity[o] = features[o]! > 0 ? 1 : smoothstep(0.45, 0.95, validity[o]!);
  }
  boxBlur(validity, side, side, Math.max(1, Math.round(side * 0.008)), scratch);
  return { validity, coverage: meanInside(validity, side, mesh) };
}

interface Spread {
  readonly middle: number;
  readonly spread: number;
}

/** Median and robust deviation of each plane around the probes; the lower bounds keep evenly lit faces from being too strict. */
function learnSkin(planes: FacePlanes, mesh: Float32Array): { luma: Spread; blue: Spread; red: Spread } {
  const { sidePixels: side } = planes;
  const reach = Math.max(2, Math.floor(side * 0.012));
  const offsets: number[] = [];
  for (const landmark of skinProbes) {
    const x = Math.round(mesh[3 * landmark]!);
    const y = Math.round(mesh[3 * landmark + 1]!);
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        if (x + dx >= 0 && y + dy >= 0 && x + dx < side && y + dy < side) offsets.push((y + dy) * side + x + dx);
      }
    }
  }
  const spreadOf = (plane: Float32Array, least: number): Spread => {
    const values = Float32Array.from(offsets, (o) => plane[o]!).sort();
    const middle = values[values.length >> 1] ?? 0;
    const deviations = values.map((value) => Math.abs(value - middle)).sort();
    return { middle, spread: Math.max(least, 1.4826 * (deviations[deviations.length >> 1] ?? 0)) };
  };
  return {
    luma: spreadOf(planes.luma, 14),
    blue: spreadOf(planes.blueDifference, 2.2),
    red: spreadOf(planes.redDifference, 2.2),
  };
}

/** 1 where eyes, brows, lips and the nose are: parts of the face that do not have the colour of cheeks. */
function featureMask(mesh: Float32Array, side: number): Float32Array {
  const mask = new Float32Array(side * side);
  for (const ring of [rightEyeRing, leftEyeRing, lipsOuterRing]) {
    fillPolygon(mask, side, side, ringPoints(mesh, ring, 1.3, 1.7), 1);
  }
  // Hair of the fringe often ends at the brow: only the brow itself is taken on trust.
  for (const ring of [rightBrow, leftBrow]) fillPolygon(mask, side, side, ringPoints(mesh, ring, 1.05, 1.3), 1);
  fillPolygon(mask, side, side, ringPoints(mesh, noseRing), 1);
  return mask;
}

function meanInside(plane: Float32Array, side: number, mesh: Float32Array): number {
  const inside = new Float32Array(side * side);
  fillPolygon(inside, side, side, ringPoints(mesh, faceOval, 0.95), 1);
  let [sum, count] = [0, 0];
  for (let o = 0; o < inside.length; o++) {
    sum += inside[o]! * plane[o]!;
    count += inside[o]!;
  }
  return count === 0 ? 0 : sum / count;
}
