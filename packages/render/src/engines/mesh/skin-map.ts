import { boxBlur } from "./box-blur.js";
import { smoothstep } from "./mesh-measures.js";
import { fillPolygon, ringPoints } from "./polygon.js";
import {
  faceOval,
  leftBrow,
  leftEyeRing,
  lipsOuterRing,
  noseRing,
  rightBrow,
  rightEyeRing,
  skinProbes,
} from "./topology.js";

/** A square picture of a face as three planes, 0-255: brightness, and blue and red difference around 0. */
export interface FacePlanes {
  readonly sidePixels: number;
  readonly luma: Float32Array;
  readonly blueDifference: Float32Array;
  readonly redDifference: Float32Array;
}

/** Which pixels of a face picture show skin or a feature that belongs to the face. */
export interface SkinMap {
  /**
   * 0-1 a pixel, strict: 0 for hair down to single strands, hands of another colour, background. Eyes, brows, nose, mouth
   * and the cheeks beside them are 1 always: what lies there is the face even when it is bearded or in shadow.
   */
  readonly validity: Float32Array;
  /** Share of the face oval that has the colour of skin, 0-1, lenient and without that trust: the gate's question. */
  readonly coverage: number;
}

/** Distances in the skin's own spread at which a pixel stops and fully ceases to be skin. */
const skinDistance = { sure: 3.2, never: 5.4 } as const;
/** A pixel this many spreads darker than its surroundings is a strand of hair. */
const strandDepth = { begins: 0.9, complete: 1.8 } as const;

/**
 * Learns the colour of the skin from cheeks, nose, chin and forehead of the same picture, then judges every pixel by its
 * distance from it. Fixed skin colours would favour some people; this compares a face only with itself.
 * @param mesh landmarks in pixels of the planes.
 */
export function mapSkin(planes: FacePlanes, mesh: Float32Array): SkinMap {
  const { sidePixels: side, luma, blueDifference, redDifference } = planes;
  const model = learnSkin(planes, mesh);
  const size = side * side;
  const scratch = new Float32Array(size);
  const lenient = new Float32Array(size);
  for (let o = 0; o < size; o++) {
    const bright = luma[o]! - model.luma.middle;
    // Shade is more often a hollow of the face than highlights are hair; chroma decides first.
    const dy = bright / (model.luma.spread * (bright < 0 ? 1.3 : 1.8));
    const du = (blueDifference[o]! - model.blue.middle) / model.blue.spread;
    const dv = (redDifference[o]! - model.red.middle) / model.red.spread;
    lenient[o] = 1 - smoothstep(skinDistance.sure, skinDistance.never, Math.sqrt(dy * dy * 0.5 + du * du + dv * dv));
  }
  const surroundings = luma.slice();
  boxBlur(surroundings, side, side, Math.max(2, Math.round(side * 0.02)), scratch);
  const strict = lenient.map((value, o) => {
    const depth = (surroundings[o]! - luma[o]!) / model.luma.spread;
    return Math.min(value, 1 - smoothstep(strandDepth.begins, strandDepth.complete, depth));
  });
  // Blur, then take only what is nearly whole: edges of hair and thin strands grow, nothing of them is left.
  boxBlur(strict, side, side, Math.max(1, Math.round(side * 0.014)), scratch);
  for (let o = 0; o < size; o++) strict[o] = smoothstep(0.85, 0.99, strict[o]!);
  boxBlur(strict, side, side, Math.max(1, Math.round(side * 0.005)), scratch);
  const trusted = trustedRegion(mesh, side, lenient);
  for (let o = 0; o < size; o++) strict[o] = Math.max(strict[o]!, trusted[o]!);

  boxBlur(lenient, side, side, Math.max(1, Math.round(side * 0.012)), scratch);
  const features = featureMask(mesh, side);
  for (let o = 0; o < size; o++) lenient[o] = features[o]! > 0 ? 1 : smoothstep(0.45, 0.95, lenient[o]!);
  return { validity: strict, coverage: meanInside(lenient, side, mesh) };
}

/** From above the brows to below the mouth, as wide as the eyes and cheeks: where hair hardly ever falls. */
const trustedRing = [
  70, 63, 105, 66, 107, 9, 336, 296, 334, 293, 300, 353, 340, 346, 280, 425, 434, 430, 424, 421, 200, 201, 204, 210,
  214, 205, 50, 117, 111, 124,
] as const;

/** Skin above and beside the tail of each brow; when hair lies there, the tail is not trusted either. */
const browTails = [
  { brow: rightBrow, around: [68, 71, 139, 156] },
  { brow: leftBrow, around: [298, 301, 368, 383] },
] as const;

function trustedRegion(mesh: Float32Array, side: number, skin: Float32Array): Float32Array {
  const mask = new Float32Array(side * side);
  fillPolygon(mask, side, side, ringPoints(mesh, trustedRing, 0.86, 1), 1);
  const reach = Math.max(1, Math.round(side * 0.01));
  for (const { brow, around } of browTails) {
    const isFree = around.every(
      (landmark) => meanAround(skin, side, mesh[3 * landmark]!, mesh[3 * landmark + 1]!, reach) > 0.6,
    );
    // Without its tail a brow is the ring less its outermost two landmarks, first and last in the table.
    fillPolygon(mask, side, side, ringPoints(mesh, isFree ? brow : brow.slice(1, -1), 1.02, 2), 1);
  }
  boxBlur(mask, side, side, Math.max(1, Math.round(side * 0.008)), new Float32Array(mask.length));
  return mask;
}

function meanAround(plane: Float32Array, side: number, x: number, y: number, reach: number): number {
  let [sum, count] = [0, 0];
  for (let row = Math.max(0, Math.round(y) - reach); row <= Math.min(side - 1, Math.round(y) + reach); row++) {
    for (
      let column = Math.max(0, Math.round(x) - reach);
      column <= Math.min(side - 1, Math.round(x) + reach);
      column++
    ) {
      sum += plane[row * side + column]!;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
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
