import type { PlanarFrame } from "#model/image.js";

/** Draws frame `number` of a test film into planes: a gradient that drifts, a block that wanders, a barcode of the number. */
export function drawTestPicture(planes: PlanarFrame, number: number): void {
  const { widthPixels, heightPixels, y, u, v, lumaStride, chromaStride } = planes;
  const blockLeft = (number * 3) % Math.max(1, widthPixels - 40);
  for (let row = 0; row < heightPixels; row++) {
    for (let column = 0; column < widthPixels; column++) {
      const isBlock = column >= blockLeft && column < blockLeft + 32 && row >= 40 && row < 72;
      y[row * lumaStride + column] = isBlock ? 190 : 40 + ((column + row + number * 2) % 140);
    }
  }
  for (let bit = 0; bit < barcodeBits; bit++) {
    const level = (number >> bit) & 1 ? 220 : 30;
    for (let row = 0; row < 16; row++) y.fill(level, row * lumaStride + bit * 16, row * lumaStride + bit * 16 + 16);
  }
  for (let row = 0; row < (heightPixels + 1) >> 1; row++) {
    u.fill(110 + (number % 20), row * chromaStride, row * chromaStride + ((widthPixels + 1) >> 1));
    v.fill(140 - (row % 12), row * chromaStride, row * chromaStride + ((widthPixels + 1) >> 1));
  }
}

const barcodeBits = 10;

/** Reads the number that `drawTestPicture` wrote, from decoded planes of at least 160x16 pixels. */
export function readBarcode({ y, lumaStride }: PlanarFrame): number {
  let number = 0;
  for (let bit = 0; bit < barcodeBits; bit++) {
    if ((y[8 * lumaStride + bit * 16 + 8] ?? 0) > 125) number |= 1 << bit;
  }
  return number;
}
