import type { CaptionFont } from "./font/caption-font.js";
import { graphemesOf } from "./font/graphemes.js";
import type { CaptionLayout } from "./layout.js";

/** Says how much of a line a text takes: 1 = all of it. Whichever share is larger counts. */
export interface LineRuler {
  /** Characters as readers count them. */
  charactersOf(text: string): number;
  /** Of the characters that a preset allows in a line. */
  characterShareOf(text: string): number;
  /** Of the pixels that the picture has for a line. */
  widthShareOf(text: string): number;
}

/** Counts characters, and measures pixels with the font. */
export function createLineRuler(
  maxLineCharacters: number,
  { lineHeightPixels, lineWidthPixels }: CaptionLayout,
  font: CaptionFont,
): LineRuler {
  const charactersOf = (text: string) => graphemesOf(text).length;
  return {
    charactersOf,
    characterShareOf: (text) => charactersOf(text) / maxLineCharacters,
    widthShareOf: (text) => font.widthOf(text, lineHeightPixels) / lineWidthPixels,
  };
}

/** Whether a text fits into one line. */
export function fitsLine(text: string, ruler: LineRuler): boolean {
  return ruler.characterShareOf(text) <= 1 && ruler.widthShareOf(text) <= 1;
}
