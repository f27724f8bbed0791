/**
 * One 4:2:0 picture as a live view of decoder memory: writing to a plane writes to the frame.
 * Luma is `heightPixels` rows of `lumaStride` bytes, chroma planes are half size (rounded up) with `chromaStride`.
 * Values are limited range (luma 16-235, chroma 16-240) unless `isFullRange`.
 */
export interface PlanarFrame {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  readonly lumaStride: number;
  readonly chromaStride: number;
  readonly isFullRange: boolean;
  /** Matrix that turns YUV into RGB. */
  readonly matrix: "bt601" | "bt709";
}

/** Packed 8-bit sRGB, three bytes a pixel, no padding, already turned upright. */
export interface RgbImage {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly rgb: Uint8Array;
}

/** Pixel rectangle, half-open: left and top inside, right and bottom outside. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
