import type { CaptionLook } from "./preset.js";

/** A preset's look in pixels of one picture. */
export interface CaptionLayout {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly lineHeightPixels: number;
  readonly outlinePixels: number;
  readonly shadowPixels: number;
  readonly sideMarginPixels: number;
  readonly bottomMarginPixels: number;
  /** What a line may measure, its outline included. */
  readonly lineWidthPixels: number;
}

/** Scales a look to a picture; sizes in tenths of a pixel, margins in whole ones, as ASS has them. */
export function layoutFor(
  { lineHeight, outline, shadow, sideMargin, bottomMargin }: CaptionLook,
  { widthPixels, heightPixels }: { readonly widthPixels: number; readonly heightPixels: number },
): CaptionLayout {
  const side = Math.min(widthPixels, heightPixels);
  const sideMarginPixels = Math.round(side * sideMargin);
  const outlinePixels = tenths(side * outline);
  return {
    widthPixels,
    heightPixels,
    lineHeightPixels: tenths(side * lineHeight),
    outlinePixels,
    shadowPixels: tenths(side * shadow),
    sideMarginPixels,
    bottomMarginPixels: Math.round(heightPixels * bottomMargin),
    lineWidthPixels: widthPixels - 2 * sideMarginPixels - 2 * outlinePixels,
  };
}

function tenths(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
