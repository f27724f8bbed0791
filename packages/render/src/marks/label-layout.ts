import type { PixelBox } from "#model/image.js";
import { layOutLetters, roundedBox, type LetterLine } from "./label-letters.js";

/** Where the label lies on the upright picture. */
export interface LabelLayout {
  /** Bounds of the plate; all that is drawn lies inside. */
  readonly plate: PixelBox;
  /** Share of a pixel that the plate covers, 0-1. */
  plateAt(column: number, row: number): number;
  /** Share of a pixel that letters cover, 0-1. */
  lettersAt(column: number, row: number): number;
}

/** Capital height over the picture's shorter side. */
const capShare = 1 / 26;

/** Below this, letters run together once the picture was coded. */
const minCapPixels = 10;

/** Pictures too narrow for letters of this height show the beginning of the label. */
const leastCapPixels = 5;

/** Space between the label and the picture's edges, over the shorter side. */
const marginShare = 1 / 30;

/** Space and corner radius in capital heights. */
const paddingX = 0.7;
const paddingY = 0.55;
const cornerRadius = 0.36;

/** Lays out the label top right, where captions do not go. Sizes are those of the upright picture. */
export function layOutLabel(widthPixels: number, heightPixels: number): LabelLayout {
  const shorterSide = Math.min(widthPixels, heightPixels);
  const margin = Math.round(shorterSide * marginShare);
  let cap = Math.max(minCapPixels, Math.round(shorterSide * capShare));
  while (cap > leastCapPixels && plateWidth(layOutLetters(cap)) > widthPixels - 2 * margin) cap--;
  const line = layOutLetters(cap);
  const width = plateWidth(line);
  const height = cap + 2 * Math.round(cap * paddingY);
  const left = Math.max(0, widthPixels - margin - width);
  const top = Math.min(margin, Math.max(0, heightPixels - height));
  const radius = cap * cornerRadius;
  return {
    plate: { left, top, right: Math.min(widthPixels, left + width), bottom: Math.min(heightPixels, top + height) },
    plateAt: (column, row) => coverage(roundedBox(column + 0.5 - left, row + 0.5 - top, width, height, radius)),
    lettersAt(column, row) {
      const x = column + 0.5 - left - Math.round(cap * paddingX);
      const y = row + 0.5 - top - Math.round(cap * paddingY);
      const letter = line.letters.find(({ leftPixels, widthPixels }) => x > leftPixels && x < leftPixels + widthPixels);
      return letter === undefined ? 0 : coverage(letter.shape(x - letter.leftPixels, y));
    },
  };
}

function plateWidth({ widthPixels, capPixels }: LetterLine): number {
  return widthPixels + 2 * Math.round(capPixels * paddingX);
}

/** A pixel's share inside an edge that passes at this distance from its centre. */
function coverage(distance: number): number {
  return Math.min(1, Math.max(0, 0.5 - distance));
}
