import type { PixelBox, PlanarFrame, RgbImage } from "#model/image.js";

/** Luma weights of red and blue, and the scale of the range: what both directions are computed from. */
function coefficients(matrix: PlanarFrame["matrix"], isFullRange: boolean) {
  const [red, blue] = matrix === "bt709" ? [0.2126, 0.0722] : [0.299, 0.114];
  const green = 1 - red - blue;
  const lumaSpan = isFullRange ? 255 : 219;
  const chromaSpan = isFullRange ? 255 : 224;
  return { red, green, blue, lumaSpan, chromaSpan, lumaOffset: isFullRange ? 0 : 16 };
}

/** Fixed point with 16 fraction bits; products stay below 2^31. */
const fixed = (value: number) => Math.round(value * 65_536);

/**
 * Turns a picture, or the pixels of `box`, into RGB. Each chroma sample serves its 2x2 pixels.
 * The box is clipped to the picture; the result is not rotated.
 */
export function planarToRgb(frame: PlanarFrame, box?: PixelBox): RgbImage {
  const { red, green, blue, lumaSpan, chromaSpan, lumaOffset } = coefficients(frame.matrix, frame.isFullRange);
  const left = Math.max(0, Math.floor(box?.left ?? 0));
  const top = Math.max(0, Math.floor(box?.top ?? 0));
  const right = Math.min(frame.widthPixels, Math.ceil(box?.right ?? frame.widthPixels));
  const bottom = Math.min(frame.heightPixels, Math.ceil(box?.bottom ?? frame.heightPixels));
  const widthPixels = Math.max(0, right - left);
  const heightPixels = Math.max(0, bottom - top);
  const rgb = new Uint8Array(widthPixels * heightPixels * 3);
  // Stores into a clamped array need no minimum and maximum.
  const out = new Uint8ClampedArray(rgb.buffer);
  const luma = fixed(255 / lumaSpan);
  const redOfV = fixed((2 * (1 - red) * 255) / chromaSpan);
  const blueOfU = fixed((2 * (1 - blue) * 255) / chromaSpan);
  const greenOfU = fixed((2 * (1 - blue) * blue * 255) / (green * chromaSpan));
  const greenOfV = fixed((2 * (1 - red) * red * 255) / (green * chromaSpan));
  const { y, u, v, lumaStride, chromaStride } = frame;
  let at = 0;
  for (let row = top; row < bottom; row++) {
    const lumaRow = row * lumaStride;
    const chromaRow = (row >> 1) * chromaStride;
    for (let column = left; column < right; column++) {
      const level = ((y[lumaRow + column] ?? 0) - lumaOffset) * luma + 32_768;
      const chroma = chromaRow + (column >> 1);
      const du = (u[chroma] ?? 128) - 128;
      const dv = (v[chroma] ?? 128) - 128;
      out[at] = (level + redOfV * dv) >> 16;
      out[at + 1] = (level - greenOfU * du - greenOfV * dv) >> 16;
      out[at + 2] = (level + blueOfU * du) >> 16;
      at += 3;
    }
  }
  return { widthPixels, heightPixels, rgb };
}

/** Planes made here, to be overwritten by the next picture of the same size. */
export interface OwnPlanes extends PlanarFrame {
  readonly matrix: "bt709";
  readonly isFullRange: false;
}

/** Black planes of a size; odd sizes round chroma up. */
export function createPlanes(widthPixels: number, heightPixels: number): OwnPlanes {
  const chromaStride = (widthPixels + 1) >> 1;
  const chromaBytes = chromaStride * ((heightPixels + 1) >> 1);
  return {
    widthPixels,
    heightPixels,
    y: new Uint8Array(widthPixels * heightPixels).fill(16),
    u: new Uint8Array(chromaBytes).fill(128),
    v: new Uint8Array(chromaBytes).fill(128),
    lumaStride: widthPixels,
    chromaStride,
    isFullRange: false,
    matrix: "bt709",
  };
}

/**
 * Turns RGB into limited-range BT.709 planes; chroma is the mean of its 2x2 pixels. `into` must have the image's size;
 * without it new planes are made.
 */
export function rgbToPlanar(image: RgbImage, into = createPlanes(image.widthPixels, image.heightPixels)): OwnPlanes {
  const { red, green, blue, lumaSpan, chromaSpan } = coefficients("bt709", false);
  const { widthPixels, heightPixels, rgb } = image;
  const [lumaR, lumaG, lumaB] = [red, green, blue].map((weight) => fixed((weight * lumaSpan) / 255)) as [
    number,
    number,
    number,
  ];
  const uScale = chromaSpan / 255 / (2 * (1 - blue)) / 4;
  const vScale = chromaSpan / 255 / (2 * (1 - red)) / 4;
  const [uR, uG, uB] = [fixed(-red * uScale), fixed(-green * uScale), fixed((1 - blue) * uScale)];
  const [vR, vG, vB] = [fixed((1 - red) * vScale), fixed(-green * vScale), fixed(-blue * vScale)];
  const lumaBase = 16 * 65_536 + 32_768;
  const chromaBase = 128 * 65_536 + 32_768;
  const { y, u, v, lumaStride, chromaStride } = into;
  for (let row = 0; row < heightPixels; row += 2) {
    const next = row + 1 < heightPixels ? widthPixels * 3 : 0;
    for (let column = 0; column < widthPixels; column += 2) {
      const beside = column + 1 < widthPixels ? 3 : 0;
      const a = (row * widthPixels + column) * 3;
      const b = a + beside;
      const c = a + next;
      const d = c + beside;
      const [ar, ag, ab] = [rgb[a] ?? 0, rgb[a + 1] ?? 0, rgb[a + 2] ?? 0];
      const [br, bg, bb] = [rgb[b] ?? 0, rgb[b + 1] ?? 0, rgb[b + 2] ?? 0];
      const [cr, cg, cb] = [rgb[c] ?? 0, rgb[c + 1] ?? 0, rgb[c + 2] ?? 0];
      const [dr, dg, db] = [rgb[d] ?? 0, rgb[d + 1] ?? 0, rgb[d + 2] ?? 0];
      const at = row * lumaStride + column;
      y[at] = (lumaR * ar + lumaG * ag + lumaB * ab + lumaBase) >> 16;
      if (beside !== 0) y[at + 1] = (lumaR * br + lumaG * bg + lumaB * bb + lumaBase) >> 16;
      if (next !== 0) y[at + lumaStride] = (lumaR * cr + lumaG * cg + lumaB * cb + lumaBase) >> 16;
      if (next !== 0 && beside !== 0) y[at + lumaStride + 1] = (lumaR * dr + lumaG * dg + lumaB * db + lumaBase) >> 16;
      const sumR = ar + br + cr + dr;
      const sumG = ag + bg + cg + dg;
      const sumB = ab + bb + cb + db;
      const chroma = (row >> 1) * chromaStride + (column >> 1);
      u[chroma] = (uR * sumR + uG * sumG + uB * sumB + chromaBase) >> 16;
      v[chroma] = (vR * sumR + vG * sumG + vB * sumB + chromaBase) >> 16;
    }
  }
  return into;
}
