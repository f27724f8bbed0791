import { skinProbes } from "#face-mesh/topology.js";

/** A square picture of a face, red, green and blue as planes of 0-255. */
export interface FacePlanes {
  readonly sidePixels: number;
  readonly channels: readonly [Float32Array, Float32Array, Float32Array];
}

/** The same done to red, green and blue. */
export function mapChannels(
  [reds, greens, blues]: FacePlanes["channels"],
  change: (channel: Float32Array, k: number) => Float32Array,
): FacePlanes["channels"] {
  return [change(reds, 0), change(greens, 1), change(blues, 2)];
}

/** The same picture as logarithms: differences are ratios, the same in light and in shade, on light and on dark skin. */
export interface LogPlanes {
  readonly luma: Float32Array;
  /** Red over green and blue over green. */
  readonly red: Float32Array;
  readonly blue: Float32Array;
}

/** Where a measure of the skin lies and how far it spreads (as a standard deviation). */
export interface Spread {
  readonly middle: number;
  readonly spread: number;
}

/** The skin of one face in one photo. */
export interface SkinModel {
  readonly luma: Spread;
  readonly red: Spread;
  readonly blue: Spread;
}

/** Steps added to each channel before dividing, so that noise in deep shade has no colour. */
const darkFloor = 6;
/** Spreads are at least this, lest evenly lit faces leave room for nothing. */
const leastSpread = { luma: 0.12, red: 0.05, blue: 0.06 } as const;

/** Takes the logarithms of a picture. */
export function skinLogs({ channels: [reds, greens, blues] }: FacePlanes): LogPlanes {
  const log = (value: number): number => Math.log(value + darkFloor);
  return {
    luma: reds.map((red, o) => log(0.2126 * red + 0.7152 * greens[o]! + 0.0722 * blues[o]!)),
    red: reds.map((red, o) => log(red) - log(greens[o]!)),
    blue: blues.map((blue, o) => log(blue) - log(greens[o]!)),
  };
}

/**
 * Learns the skin from cheeks, nose, chin and forehead of the picture itself. Fixed skin colours would favour some people;
 * this compares a face only with itself.
 */
export function learnSkin(logs: LogPlanes, mesh: Float32Array, side: number): SkinModel {
  const offsets = skinOffsets(mesh, side);
  const spreadOf = (plane: Float32Array, least: number): Spread => {
    const values = Float32Array.from(offsets, (o) => plane[o]!);
    const middle = quantile(values, 0.5);
    const deviations = values.map((value) => Math.abs(value - middle));
    return { middle, spread: Math.max(least, 1.4826 * quantile(deviations, 0.5)) };
  };
  return {
    luma: spreadOf(logs.luma, leastSpread.luma),
    red: spreadOf(logs.red, leastSpread.red),
    blue: spreadOf(logs.blue, leastSpread.blue),
  };
}

/** Offsets of the pixels around the places that are skin on nearly everybody. */
export function skinOffsets(mesh: Float32Array, side: number): readonly number[] {
  return skinProbes.flatMap((landmark) => offsetsAround(mesh, landmark, side, Math.max(2, Math.round(side / 64))));
}

/** Offsets of the pixels of a square around a landmark that lie inside the plane. */
export function offsetsAround(mesh: Float32Array, landmark: number, side: number, reach: number): readonly number[] {
  const offsets: number[] = [];
  const column = Math.round(mesh[3 * landmark]!);
  const row = Math.round(mesh[3 * landmark + 1]!);
  for (let y = Math.max(0, row - reach); y <= Math.min(side - 1, row + reach); y++) {
    for (let x = Math.max(0, column - reach); x <= Math.min(side - 1, column + reach); x++) offsets.push(y * side + x);
  }
  return offsets;
}

/** The value that a share of the others stays below; 0 of nothing. */
export function quantile(values: Float32Array, share: number): number {
  return values.toSorted()[Math.floor(share * (values.length - 1))] ?? 0;
}
