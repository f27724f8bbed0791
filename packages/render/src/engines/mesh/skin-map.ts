import { boxBlur } from "./box-blur.js";
import { smoothstep } from "#face-mesh/mesh-measures.js";
import { fillPolygon, ringPoints } from "#face-mesh/polygon.js";
import { learnSkin, offsetsAround, quantile, skinLogs, skinOffsets, type FacePlanes } from "./skin-model.js";
import { reachFrom } from "./skin-reach.js";
import {
  faceOval,
  leftBrow,
  leftEyeRing,
  lipsOuterRing,
  noseRing,
  rightBrow,
  rightEyeRing,
} from "#face-mesh/topology.js";

/** Which pixels of a face picture show skin or a feature that belongs to the face. */
export interface SkinMap {
  /** 0-1 a pixel, strict: 0 for hair down to single strands, hands, background and whatever lies outside the oval. */
  readonly validity: Float32Array;
  /** Share of the face oval that has the colour of skin, 0-1, lenient: the gate's question. */
  readonly coverage: number;
}

/** Price of the way from the middle of the face at which a pixel begins to be doubted and is given up. */
const wayPrice = { sure: 5, never: 9 } as const;
/** Prices of one pixel's way in a plane 256 wide; see `pricesOf`. */
const price = { least: 0.002, edge: 0.5, colour: 0.6, most: 4 } as const;
/** Distance from the skin's colour, in spreads, that costs nothing. */
const freeDistance = 2;
/** Changes a pixel below this are noise, on the smoothest skin too. */
const leastEdge = 0.012;
/** Share of the price that is asked for on brows and around the eyes, and inside eyes. */
const discounts = { features: 0.12, eyes: 0.04 } as const;
/** Distances in spreads at which a pixel stops and fully ceases to have the colour of skin. */
const skinDistance = { sure: 3.2, never: 5.4 } as const;

/**
 * Finds the skin by the way there: from the middle of the face outwards, skin is a way without edges and changes of
 * colour, and hair is reached over its own edge and then strand by strand. Hair of the colour of skin is told from it this
 * way, and a shadow, which begins softly, is not taken for hair.
 * @param mesh landmarks in pixels of the planes.
 */
export function mapSkin(planes: FacePlanes, mesh: Float32Array): SkinMap {
  const { sidePixels: side } = planes;
  const { prices, distances } = pricesOf(planes, mesh);
  const validity = validityOf(prices, mesh, side);
  const lenient = distances.map((distance) => 1 - smoothstep(skinDistance.sure, skinDistance.never, distance));
  boxBlur(lenient, side, side, Math.max(1, Math.round(side * 0.012)));
  const features = featureMask(mesh, side);
  const coverage = lenient.map((value, o) => (features[o]! > 0 ? 1 : smoothstep(0.45, 0.95, value)));
  return { validity, coverage: meanInside(coverage, side, mesh) };
}

/** What a way pays for each pixel: for edges and for colours, beyond what the skin of this face has itself. */
function pricesOf(planes: FacePlanes, mesh: Float32Array): { prices: Float32Array; distances: Float32Array } {
  const { sidePixels: side } = planes;
  const logs = skinLogs(planes);
  const skin = learnSkin(logs, mesh, side);
  const edges = edgesOf(logs.luma, side);
  // Four fifths of the skin stay below: pores, freckles, noise.
  const ownEdge = Math.max(
    leastEdge,
    quantile(
      Float32Array.from(skinOffsets(mesh, side), (o) => edges[o]!),
      0.8,
    ),
  );
  const distances = logs.luma.map((value, o) => {
    const luma = (value - skin.luma.middle) / skin.luma.spread;
    const red = (logs.red[o]! - skin.red.middle) / skin.red.spread;
    const blue = (logs.blue[o]! - skin.blue.middle) / skin.blue.spread;
    // Brightness counts half: skin in shade and shine is still skin.
    return Math.sqrt(0.25 * luma * luma + red * red + blue * blue);
  });
  const prices = edges.map((edge, o) => {
    const asked =
      price.edge * Math.max(0, edge / ownEdge - 1) + price.colour * Math.max(0, distances[o]! - freeDistance);
    return price.least + Math.min(price.most, asked);
  });
  return { prices, distances };
}

/** Change of a plane a pixel; 0 on its border. */
function edgesOf(plane: Float32Array, side: number): Float32Array {
  const edges = new Float32Array(plane.length);
  for (let y = 1; y < side - 1; y++) {
    for (let o = y * side + 1; o < y * side + side - 1; o++) {
      edges[o] = Math.hypot(plane[o + 1]! - plane[o - 1]!, plane[o + side]! - plane[o - side]!) / 2;
    }
  }
  return edges;
}

function validityOf(prices: Float32Array, mesh: Float32Array, side: number): Float32Array {
  const middle = new Float32Array(prices.length);
  for (const ring of [noseRing, lipsOuterRing, betweenBrows])
    fillPolygon(middle, side, side, ringPoints(mesh, ring), 1);
  discountBeard(prices, mesh, side);
  discountFeatures(prices, mesh, side);
  discountFreeBrowTails(prices, reachFrom(middle, prices, side), mesh, side);
  const validity = reachFrom(middle, prices, side).map((way) => 1 - smoothstep(wayPrice.sure, wayPrice.never, way));
  // Blur, then take only what is nearly whole: what lies beside hair has its shadow and its colour.
  boxBlur(validity, side, side, Math.max(1, Math.round(side * 0.012)));
  const oval = new Float32Array(validity.length);
  fillPolygon(oval, side, side, ringPoints(mesh, faceOval), 1);
  return validity.map((value, o) => smoothstep(0.7, 0.99, value) * oval[o]!);
}

const betweenBrows = [9, 107, 55, 193, 168, 417, 285, 336] as const;

/** From above the brows to below the mouth, as wide as the eyes and cheeks: its own edges are those of every face. */
const innerFace = [
  70, 63, 105, 66, 107, 9, 336, 296, 334, 293, 300, 353, 340, 346, 280, 425, 434, 430, 424, 421, 200, 201, 204, 210,
  214, 205, 50, 117, 111, 124,
] as const;

/** Skin above and beside the tail of each brow; when hair lies there, the tail is not trusted either. */
const brows = [
  { brow: rightBrow, around: [68, 71, 139, 156] },
  { brow: leftBrow, around: [298, 301, 368, 383] },
] as const;

function discountFeatures(prices: Float32Array, mesh: Float32Array, side: number): void {
  const share = new Float32Array(prices.length).fill(1);
  fillPolygon(share, side, side, ringPoints(mesh, innerFace, 0.72, 1), discounts.features);
  // Without its tail a brow is the ring less its outermost two landmarks, first and last in the table.
  for (const { brow } of brows)
    fillPolygon(share, side, side, ringPoints(mesh, brow.slice(1, -1), 1, 1.6), discounts.features);
  for (const ring of [rightEyeRing, leftEyeRing])
    fillPolygon(share, side, side, ringPoints(mesh, ring, 1.2, 1.5), discounts.eyes);
  for (let o = 0; o < prices.length; o++) prices[o]! *= share[o]!;
}

function discountFreeBrowTails(prices: Float32Array, ways: Float32Array, mesh: Float32Array, side: number): void {
  const share = new Float32Array(prices.length).fill(1);
  for (const { brow, around } of brows) {
    const isFree = around.every((landmark) => {
      const offsets = offsetsAround(mesh, landmark, side, Math.round(side * 0.01));
      return offsets.reduce((sum, o) => sum + ways[o]!, 0) < wayPrice.sure * offsets.length;
    });
    if (isFree) fillPolygon(share, side, side, ringPoints(mesh, brow, 1.02, 2), discounts.features);
  }
  for (let o = 0; o < prices.length; o++) prices[o]! *= share[o]!;
}

/** Upper lip, chin and jaw up to the ears, where beards grow. */
const beardRing = [
  58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 435, 427, 426, 423, 2, 203, 206, 207, 215,
] as const;
/** Chin and upper lip: where there is a beard, it grows here. */
const beardProbes = [199, 200, 175, 201, 421, 208, 428, 164, 165, 391, 92, 322] as const;

/** Where chin and upper lip are bearded, ways over the jaw cost nothing: all of the beard belongs to the face. */
function discountBeard(prices: Float32Array, mesh: Float32Array, side: number): void {
  const probes = beardProbes.flatMap((landmark) =>
    offsetsAround(mesh, landmark, side, Math.max(2, Math.round(side / 64))),
  );
  const rough = probes.filter((o) => prices[o]! > 0.2).length / Math.max(1, probes.length);
  const bearded = smoothstep(0.25, 0.5, rough);
  const jaw = new Float32Array(prices.length);
  fillPolygon(jaw, side, side, ringPoints(mesh, beardRing, 1.02), 1);
  for (let o = 0; o < jaw.length; o++) prices[o]! *= 1 - bearded * jaw[o]!;
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
