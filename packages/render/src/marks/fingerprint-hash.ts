import type { PlanarFrame } from "#model/image.js";
import type { Rotation } from "#model/media.js";

/** Turns a stored picture into its perceptual hashes, one a view. */
export type PictureHasher = (frame: PlanarFrame) => readonly string[];

/** Shares of the original picture that a crop has cut off at each side. */
export interface Crop {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The hash of a picture in which nothing can be told apart, such as black. */
export const flatHash = "0000000000000000";

/**
 * Only the picture without this share at each side is hashed: what a crop of up to a tenth leaves whole can be found
 * again, and the visible label lies mostly outside.
 */
const borderShare = 0.1;

/** Pictures are averaged down to this many cells each way: seven for the finest wave looked at. */
const cells = 64;

/** A wave is looked at when its half periods across and down are at most this in all: 63 waves, those fill 64 bits. */
const maxHalfPeriods = 10;

/** Root of the waves' energy, in luma levels, below which a picture is flat. */
const flatLevels = 1;

/**
 * A hash is the signs of the 63 lowest waves of the upright picture's discrete cosine transform behind a leading 1. It
 * does not depend on size, brightness, contrast or range, and little on compression.
 * @param crops assumed losses: the hash of each is that of the original picture if the picture came of it that way.
 */
export function createPictureHasher(rotation: Rotation, crops: readonly Crop[]): PictureHasher {
  const across = crops.map(({ left, right }) => wavesOf(left, right));
  const down = crops.map(({ top, bottom }) => wavesOf(top, bottom));
  return (frame) => {
    const grid = uprightGrid(frame, rotation);
    const rowSums = new Map<Waves, Float64Array>();
    return crops.map((_, view) => {
      const waves = across[view]!;
      const sums = rowSums.get(waves) ?? sumRows(grid, waves);
      rowSums.set(waves, sums);
      return hashOf(sums, down[view]!);
    });
  };
}

/** Row by row mean luma of the upright picture's cells. */
function uprightGrid({ y, lumaStride, widthPixels, heightPixels }: PlanarFrame, rotation: Rotation): Float64Array {
  const grid = new Float64Array(cells * cells);
  const columns = cellEdges(widthPixels);
  const rows = cellEdges(heightPixels);
  for (let row = 0; row < cells; row++) {
    const [top, bottom] = rows[row]!;
    for (let column = 0; column < cells; column++) {
      const [left, right] = columns[column]!;
      let sum = 0;
      for (let line = top; line < bottom; line++) {
        for (let at = line * lumaStride + left, end = line * lumaStride + right; at < end; at++) sum += y[at]!;
      }
      grid[uprightCell(column, row, rotation)] = sum / ((right - left) * (bottom - top));
    }
  }
  return grid;
}

/** Cells are never empty: on tiny pictures neighbours share a pixel. */
function cellEdges(pixels: number): (readonly [number, number])[] {
  return Array.from({ length: cells }, (_, cell) => {
    const start = Math.floor((cell * pixels) / cells);
    return [start, Math.max(start + 1, Math.floor(((cell + 1) * pixels) / cells))] as const;
  });
}

/** The same turn as `rotateImage()`. */
function uprightCell(column: number, row: number, rotation: Rotation): number {
  const last = cells - 1;
  switch (rotation) {
    case 0:
      return row * cells + column;
    case 90:
      return column * cells + last - row;
    case 180:
      return (last - row) * cells + last - column;
    case 270:
      return (last - column) * cells + row;
  }
}

/** Weights of the cells for each wave: `cells` values for 0, 1, 2, ... half periods. */
type Waves = readonly Float64Array[];

const knownWaves = new Map<string, Waves>();

/** Waves over what the hash looks at, given the shares that were cut off before and behind. */
function wavesOf(before: number, behind: number): Waves {
  const name = `${before} ${behind}`;
  const known = knownWaves.get(name);
  if (known !== undefined) return known;
  const seen = 1 - before - behind;
  const start = (cells * (borderShare - before)) / seen;
  const end = (cells * (1 - borderShare - before)) / seen;
  const waves = Array.from({ length: maxHalfPeriods }, (_, halfPeriods) => {
    // Cells at the ends may lie inside in part.
    const inside = Array.from({ length: cells }, (_, cell) =>
      Math.max(0, Math.min(cell + 1, end) - Math.max(cell, start)),
    );
    const wave = inside.map((share, cell) => {
      const middle = (Math.max(cell, start) + Math.min(cell + 1, end)) / 2;
      return share * Math.cos((Math.PI * halfPeriods * (middle - start)) / (end - start));
    });
    // Without its mean, no wave answers to brightness.
    const mean = halfPeriods === 0 ? 0 : wave.reduce((sum, value) => sum + value, 0) / (end - start);
    return Float64Array.from(wave, (value, cell) => (value - mean * inside[cell]!) / (end - start));
  });
  knownWaves.set(name, waves);
  return waves;
}

/** How much of each wave lies in each row of cells: `cells` values a wave. */
function sumRows(grid: Float64Array, waves: Waves): Float64Array {
  const sums = new Float64Array(waves.length * cells);
  for (const [place, wave] of waves.entries()) {
    for (let row = 0; row < cells; row++) {
      let sum = 0;
      for (let column = 0; column < cells; column++) sum += grid[row * cells + column]! * wave[column]!;
      sums[place * cells + row] = sum;
    }
  }
  return sums;
}

function hashOf(rowSums: Float64Array, down: Waves): string {
  let bits = "1";
  let energy = 0;
  for (let y = 0; y < maxHalfPeriods; y++) {
    const wave = down[y]!;
    for (let x = y === 0 ? 1 : 0; x < maxHalfPeriods && x + y <= maxHalfPeriods; x++) {
      let level = 0;
      for (let row = 0; row < cells; row++) level += rowSums[x * cells + row]! * wave[row]!;
      bits += level > 0 ? "1" : "0";
      energy += level * level;
    }
  }
  return energy < flatLevels * flatLevels ? flatHash : BigInt(`0b${bits}`).toString(16);
}
