import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { CaptionFontName } from "#captions/preset.js";
import { graphemesOf } from "./graphemes.js";
import { readTrueType, type FontMetrics } from "./true-type.js";

/** A font that captions are measured with and drawn in. */
export interface CaptionFont {
  readonly name: CaptionFontName;
  /** Holds this one face and nothing else that draws: for a renderer's `fontsdir`. */
  readonly folder: string;
  /** Width of a text in pixels, in lines of this height; a guess for characters that the font has not. */
  widthOf(text: string, lineHeightPixels: number): number;
  /** The characters of a text that the font cannot draw, as readers count them. */
  missingFrom(text: string): string[];
}

const files: Readonly<Record<CaptionFontName, string>> = {
  "Montserrat SemiBold": "600SemiBold/Montserrat_600SemiBold.ttf",
  "Montserrat ExtraBold": "800ExtraBold/Montserrat_800ExtraBold.ttf",
};

/** Reads a font out of its npm package; never one of the system's. */
export async function loadCaptionFont(name: CaptionFontName): Promise<CaptionFont> {
  const path = createRequire(import.meta.url).resolve(`@expo-google-fonts/montserrat/${files[name]}`);
  const metrics = readTrueType(await readFile(path));
  const emsOf = createEmRuler(metrics);
  return {
    name,
    folder: dirname(path),
    widthOf: (text, lineHeightPixels) => (emsOf(text) * lineHeightPixels) / metrics.lineHeight,
    missingFrom: (text) => graphemesOf(text).filter((grapheme) => isMissing(grapheme, metrics)),
  };
}

/** Marks that join, vary or combine take no room of their own. */
const takesNoRoom = /^[\p{Mn}\p{Me}\p{Cf}\p{Variation_Selector}]$/u;

/** Adds up characters; what single ones measure is looked up once. */
function createEmRuler(metrics: FontMetrics): (text: string) => number {
  const known = new Map<string, number>();
  const emsOfOne = (grapheme: string) => {
    if (grapheme.length > 1) return emsOf(grapheme, metrics);
    const ems = known.get(grapheme) ?? emsOf(grapheme, metrics);
    known.set(grapheme, ems);
    return ems;
  };
  return (text) => graphemesOf(text).reduce((sum, grapheme) => sum + emsOfOne(grapheme), 0);
}

/** What another font has to draw is guessed, in ems of this one: its lines are higher than those of most, so theirs are larger. */
function emsOf(grapheme: string, metrics: FontMetrics): number {
  if (!isMissing(grapheme, metrics)) return ownEms(grapheme, metrics);
  return isWide.test(grapheme) ? 1.5 : 1;
}

const isWide =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;

function ownEms(grapheme: string, metrics: FontMetrics): number {
  let ems = 0;
  for (const letter of grapheme) if (!takesNoRoom.test(letter)) ems += metrics.advanceOf(letter.codePointAt(0)!) ?? 0;
  return ems;
}

function isMissing(grapheme: string, metrics: FontMetrics): boolean {
  return [...grapheme].some(
    (letter) => !takesNoRoom.test(letter) && metrics.advanceOf(letter.codePointAt(0)!) === undefined,
  );
}
