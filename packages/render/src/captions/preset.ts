import type { CaptionPresetName } from "#model/captions.js";

/** Faces of the font package that presets use. */
export type CaptionFontName = "Montserrat SemiBold" | "Montserrat ExtraBold";

/** How captions are broken, timed and drawn. */
export interface CaptionPreset {
  /** Characters as readers count them; a line may hold fewer where the picture is narrow. */
  readonly maxLineCharacters: number;
  readonly maxLines: number;
  /** A cue stays at least this long where the next one leaves room. */
  readonly minSeconds: number;
  readonly maxSeconds: number;
  /** Reading speed that breaks and times aim at; fast speech goes over it. */
  readonly charactersPerSecond: number;
  /** How long a cue stays after its last word. */
  readonly lingerSeconds: number;
  readonly look: CaptionLook;
}

/** Lengths are shares of the picture's shorter side, where nothing else is said. */
export interface CaptionLook {
  readonly font: CaptionFontName;
  /** ASS font size: the height of a line. */
  readonly lineHeight: number;
  readonly outline: number;
  readonly shadow: number;
  readonly sideMargin: number;
  /** Share of the picture's height below the last line. */
  readonly bottomMargin: number;
  /** Six hexadecimal digits, red green blue: words not spoken yet, and words that are or were. */
  readonly unspokenColour: string;
  readonly spokenColour: string;
}

/**
 * `broadcast` keeps to the limits that subtitlers share (42 characters, two lines, 5/6 to 7 s, 17 characters a second);
 * `social-9x16` shows a few large words at a time, clear of the buttons that apps draw over the lower fifth.
 */
export const captionPresets: Readonly<Record<CaptionPresetName, CaptionPreset>> = {
  broadcast: {
    maxLineCharacters: 42,
    maxLines: 2,
    minSeconds: 5 / 6,
    maxSeconds: 7,
    charactersPerSecond: 17,
    lingerSeconds: 0.25,
    look: {
      font: "Montserrat SemiBold",
      lineHeight: 72 / 1080,
      outline: 3.5 / 1080,
      shadow: 1 / 1080,
      sideMargin: 70 / 1080,
      bottomMargin: 0.07,
      unspokenColour: "FFFFFF",
      spokenColour: "FFE27A",
    },
  },
  "social-9x16": {
    maxLineCharacters: 20,
    maxLines: 2,
    minSeconds: 0.5,
    maxSeconds: 3,
    charactersPerSecond: 20,
    lingerSeconds: 0.2,
    look: {
      font: "Montserrat ExtraBold",
      lineHeight: 84 / 1080,
      outline: 6 / 1080,
      shadow: 2 / 1080,
      sideMargin: 80 / 1080,
      bottomMargin: 420 / 1920,
      unspokenColour: "FFFFFF",
      spokenColour: "FFE500",
    },
  },
};

/** The preset that suits a picture when nobody chose one. */
export function presetFor(widthPixels: number, heightPixels: number): CaptionPresetName {
  return heightPixels > widthPixels ? "social-9x16" : "broadcast";
}
