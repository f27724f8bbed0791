import { box, u16, u32, u8 } from "./boxes.js";

/** Ticks a second of a caption track. */
export const captionTicksPerSecond = 1000;

const fontName = Buffer.from("Sans-Serif");

/**
 * How the captions of a track look unless a player knows better (3GPP TS 26.245, 5.16): at the bottom, centred, white, 18 pixels
 * high, nothing behind them. The contents of `tx3g` behind its common fields.
 */
export const captionConfiguration: Uint8Array = Buffer.concat([
  // No scrolling, not forced; centred, at the bottom; background transparent.
  u32(0),
  u8(1, 0xff),
  u32(0),
  // The text box is the whole picture.
  u16(0, 0, 0, 0),
  // All characters in font 1, plain, 18 pixels, opaque white.
  u16(0, 0, 1),
  u8(0, 18),
  u32(0xffff_ffff),
  box("ftab", u16(1, 1), u8(fontName.length), fontName),
]);
