import { createHash } from "node:crypto";
import type { Rotation } from "#model/media.js";
import { codeBitCount, watermarkAlgorithm } from "./watermark-code.js";

/**
 * Seconds of one swing of the mark. Content is quieter at 1 Hz than below, encoders smooth away what is faster, and key
 * frames pulse at whole and half seconds.
 */
export const swingSeconds = 1.1;

/** Cells of any picture; each bit has a twelfth of every 48. */
export const cellCount = 576;

/** What the cells of the upright picture carry, numbered row by row, in any of the three grids. */
export interface CellKeys {
  /** Bit of the code word. */
  readonly bits: Uint8Array;
  /** Head start of the swing in quarter turns, 0-3; a bit of -1 adds two. */
  readonly quarterTurns: Uint8Array;
}

/** How the upright picture's cells lie in the stored one. */
export interface WatermarkLayout {
  readonly columns: number;
  readonly rows: number;
  /** Number in the upright picture of each stored cell, row by row. */
  readonly uprightCells: Uint16Array;
  /** -1 when the turn mirrors the patches, which are a sine along both axes. */
  readonly patchSign: 1 | -1;
}

/** The pixels of one axis, cut into cells. */
export interface CellAxis {
  /** First pixel of each cell, and one past the last. */
  readonly starts: Int32Array;
  /** One full sine a cell, a value for each pixel. */
  readonly wave: Float32Array;
}

/**
 * What each cell carries. The key is a public constant: every installation can look for the mark, and its id tells
 * something only to whoever keeps the maker's records. Every run of 48 cells carries each bit once, in an order of its
 * own, so that a face cannot hide all cells of one bit.
 */
export const cellKeys: CellKeys = drawKeys();

/** Lays the cells out on the upright picture, given the size of the stored one. */
export function layOutWatermark(widthPixels: number, heightPixels: number, rotation: Rotation): WatermarkLayout {
  const [columns, rows] = gridOf(widthPixels / heightPixels);
  const uprightCells = new Uint16Array(cellCount);
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      uprightCells[cell++] = uprightCell(column, row, columns, rows, rotation);
    }
  }
  return { columns, rows, uprightCells, patchSign: rotation === 90 || rotation === 270 ? -1 : 1 };
}

/** Cuts an axis into cells. */
export function cutAxis(pixels: number, cells: number): CellAxis {
  return {
    starts: Int32Array.from({ length: cells + 1 }, (_, cell) => Math.ceil((cell * pixels) / cells - 0.5)),
    wave: Float32Array.from({ length: pixels }, (_, at) => Math.sin((2 * Math.PI * (at + 0.5) * cells) / pixels)),
  };
}

/** Nearly square cells. No usual picture has a ratio near 1.2, so rounding by a resize cannot change the grid. */
function gridOf(ratio: number): readonly [columns: number, rows: number] {
  if (ratio > 1.2) return [32, 18];
  return ratio < 1 / 1.2 ? [18, 32] : [24, 24];
}

function uprightCell(column: number, row: number, columns: number, rows: number, rotation: Rotation): number {
  if (rotation === 90) return column * rows + (rows - 1 - row);
  if (rotation === 180) return (rows - 1 - row) * columns + (columns - 1 - column);
  if (rotation === 270) return (columns - 1 - column) * rows + row;
  return row * columns + column;
}

function drawKeys(): CellKeys {
  const next = keyedNumbers();
  const quarterTurns = Uint8Array.from({ length: cellCount }, () => next() & 3);
  const bits = new Uint8Array(cellCount);
  for (let start = 0; start < cellCount; start += codeBitCount) {
    const order = bits.subarray(start, start + codeBitCount);
    for (let i = 0; i < order.length; i++) {
      const other = next() % (i + 1);
      order[i] = order[other]!;
      order[other] = i;
    }
  }
  return { bits, quarterTurns };
}

/** 32-bit numbers out of SHA-256 in counter mode. */
function keyedNumbers(): () => number {
  let block = Buffer.alloc(0);
  let blocks = 0;
  let at = 0;
  return () => {
    if (at >= block.length) {
      block = createHash("sha256").update(`${watermarkAlgorithm} key ${blocks++}`).digest();
      at = 0;
    }
    at += 4;
    return block.readUInt32BE(at - 4);
  };
}
