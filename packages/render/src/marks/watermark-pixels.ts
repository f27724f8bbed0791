import type { PlanarFrame } from "#model/image.js";

/** The luma of a frame, byte by byte and four pixels at a time. */
export interface LumaPixels {
  /** Starts at most three bytes before the picture, where the memory's words start. */
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  /** Place of the first pixel in `bytes`. */
  readonly start: number;
  /** Legal range of luma. */
  readonly black: number;
  readonly white: number;
}

/** Opens a frame's luma for `stepRun()`. */
export function openPixels({ y: luma, isFullRange }: PlanarFrame): LumaPixels {
  const start = luma.byteOffset & 3;
  const from = luma.byteOffset - start;
  const byteLength = start + luma.length;
  return {
    bytes: new Uint8Array(luma.buffer, from, byteLength),
    words: new Int32Array(luma.buffer, from, byteLength >> 2),
    start,
    black: isFullRange ? 0 : 16,
    white: isFullRange ? 255 : 235,
  };
}

/**
 * Changes the pixels `first` to `last`, which is included, by one level. A pixel that would leave the legal range, or
 * lies outside, stays what it is.
 */
export function stepRun(pixels: LumaPixels, first: number, last: number, isRaised: boolean): void {
  const { words } = pixels;
  const lastWord = last >> 2;
  for (let at = first >> 2; at <= lastWord; at++) {
    // Past the last full word this is `undefined`, which counts as black: byte by byte.
    const word = words[at]! | 0;
    if (!isMidTone(word)) {
      stepBytes(pixels, Math.max(first, 4 * at), Math.min(last, 4 * at + 3), isRaised);
      continue;
    }
    // One in each byte that lies in the run; lower addresses are the lower bytes.
    let step = 0x01010101;
    if (at === first >> 2) step &= -1 << (8 * (first & 3));
    if (at === lastWord) step &= -1 >>> (24 - 8 * (last & 3));
    words[at] = isRaised ? word + step : word - step;
  }
}

/** Whether all four bytes are 18-233: half of each neither reaches 117 nor stays below 9. */
function isMidTone(word: number): boolean {
  const halves = (word >>> 1) & 0x7f7f7f7f;
  return (((halves + 0x0b0b0b0b) | ~(halves + 0x77777777)) & 0x80808080) === 0;
}

function stepBytes({ bytes, black, white }: LumaPixels, first: number, last: number, isRaised: boolean): void {
  for (let at = first; at <= last; at++) {
    const before = bytes[at]!;
    if (isRaised && before >= black && before < white) bytes[at] = before + 1;
    if (!isRaised && before > black && before <= white) bytes[at] = before - 1;
  }
}
