import type { Cue } from "#captions/caption-track.js";
import type { CaptionLayout } from "#captions/layout.js";
import type { PlanarFrame } from "#model/image.js";

/** A dark grey picture in limited range. */
export function plainPicture(widthPixels: number, heightPixels: number): PlanarFrame {
  const [chromaStride, chromaHeight] = [widthPixels >> 1, heightPixels >> 1];
  return {
    widthPixels,
    heightPixels,
    y: new Uint8Array(widthPixels * heightPixels).fill(plainLuma),
    u: new Uint8Array(chromaStride * chromaHeight).fill(128),
    v: new Uint8Array(chromaStride * chromaHeight).fill(128),
    lumaStride: widthPixels,
    chromaStride,
    isFullRange: false,
    matrix: "bt709",
  };
}

/** Luma of `plainPicture`. */
export const plainLuma = 90;

/** Columns of a picture, left inside, right outside. */
export interface ColumnSpan {
  readonly left: number;
  readonly right: number;
}

/** Where anything is drawn over `plainPicture`, outlines included; undefined for an empty one. */
export function drawnBox(
  frame: PlanarFrame,
): (ColumnSpan & { readonly top: number; readonly bottom: number }) | undefined {
  let [left, right, top, bottom] = [Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY, 0];
  for (let row = 0; row < frame.heightPixels; row++) {
    for (let column = 0; column < frame.widthPixels; column++) {
      if (Math.abs(frame.y[row * frame.lumaStride + column]! - plainLuma) < 4) continue;
      [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
    }
  }
  return right === 0 ? undefined : { left, right, top, bottom };
}

/** Rows of a cue's line, half-open. */
export interface LineRows {
  readonly top: number;
  readonly bottom: number;
}

/** Rows of each line of a cue. */
export function lineRows(
  { lines }: Cue,
  { heightPixels, bottomMarginPixels, lineHeightPixels }: CaptionLayout,
): LineRows[] {
  const bottom = heightPixels - bottomMarginPixels;
  return lines.map((_, line) => {
    const top = Math.round(bottom - (lines.length - line) * lineHeightPixels);
    return { top, bottom: Math.round(top + lineHeightPixels) };
  });
}

/** Columns of the words of a line: bright letters, parted at the widest gaps; fewer where there are fewer gaps. */
export function wordColumns(frame: PlanarFrame, { top, bottom }: LineRows, wordCount: number): ColumnSpan[] {
  const letters: ColumnSpan[] = [];
  for (let column = 0; column < frame.widthPixels; column++) {
    let isLetter = false;
    for (let row = top; row < bottom; row++) isLetter ||= frame.y[row * frame.lumaStride + column]! > 165;
    if (!isLetter) continue;
    const last = letters.at(-1);
    if (last?.right === column) letters[letters.length - 1] = { left: last.left, right: column + 1 };
    else letters.push({ left: column, right: column + 1 });
  }
  const gapBefore = (at: number) => letters[at]!.left - letters[at - 1]!.right;
  const starts = Array.from(letters.keys())
    .slice(1)
    .toSorted((one, other) => gapBefore(other) - gapBefore(one))
    .slice(0, wordCount - 1)
    .toSorted((one, other) => one - other);
  return [0, ...starts].map((start, word) => ({
    left: letters[start]?.left ?? 0,
    right: letters[(starts[word] ?? letters.length) - 1]?.right ?? 0,
  }));
}

/** Whether any letter between these columns has the spoken colour: yellow, which has little blue difference. */
export function isSpoken(frame: PlanarFrame, { left, right }: ColumnSpan, { top, bottom }: LineRows): boolean {
  for (let row = top >> 1; row < bottom >> 1; row++) {
    for (let column = left >> 1; column < (right + 1) >> 1; column++) {
      if (frame.u[row * frame.chromaStride + column]! < 108) return true;
    }
  }
  return false;
}
