/** Names of the looks of captions. */
export const captionPresetNames = ["broadcast", "social-9x16"] as const;

/** Name of a look of captions. */
export type CaptionPresetName = (typeof captionPresetNames)[number];

/** What captions are wished for. */
export interface CaptionWish {
  /** `burn`: drawn into the picture; `sidecar`: a track that players can show. Files lie beside the video in both. */
  readonly mode: "burn" | "sidecar";
  /** Undefined: the one that suits the picture's shape. */
  readonly preset?: CaptionPresetName;
  /** What is said in the film itself; never together with a script, whose words are known. */
  readonly transcript?: string;
}

/** Captions that are drawn into frames. */
export interface CaptionBurn {
  /** ASS file, made for the upright picture. */
  readonly assPath: string;
  /** Folder with the fonts that it names. */
  readonly fontsFolder: string;
  /** When something is shown, ascending and disjoint, in film time. */
  readonly spans: readonly { readonly startSeconds: number; readonly endSeconds: number }[];
}

/** A text of a caption track, and when it is shown. */
export interface ShownText {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Lines are separated by `\n`. */
  readonly text: string;
}
