import type { CaptionWish } from "./captions.js";
import type { EngineName } from "./engine-name.js";
import type { CastMember } from "./person.js";
import type { StitchMode, SwapRange } from "./plan.js";
import type { SpeechWish } from "./speech.js";

/** Upper bounds on what a render accepts; a stranger's file never costs more than this. */
export interface Limits {
  /** Bytes of the source video; of a photo at most 100 MiB in any case. Default 2 GiB. */
  readonly maxInputBytes: number;
  /** Pixels of one frame; photos may have 100 million in any case. Default 8192 x 4320. */
  readonly maxPixels: number;
  /** Length of the source video. Default one hour. */
  readonly maxDurationSeconds: number;
}

/** Bounds that hold when the configuration says nothing. */
export const defaultLimits: Limits = {
  maxInputBytes: 2 * 1024 ** 3,
  maxPixels: 8192 * 4320,
  maxDurationSeconds: 3600,
};

/** How the finished video tells its viewers that a face in it was made with AI. */
export type LabelWish =
  /** Drawn over every swap segment. */
  | { readonly kind: "on" }
  /** Drawn over every swap segment and over the first five seconds. */
  | { readonly kind: "start" }
  /** Not drawn: whoever publishes labels it, for this reason. */
  | { readonly kind: "delegated"; readonly reason: string };

/** What a person asked for; checked once where it entered, never again. */
export interface RenderRequest {
  /** `render_` and 16 hex digits, as `newRenderId()` makes it; the watermark is derived from it. */
  readonly renderId: string;
  /** Local file that holds the source video. */
  readonly sourcePath: string;
  /** Who in the video gets whose face; no person twice, at most `maxCastMembers`. */
  readonly cast: readonly [CastMember, ...CastMember[]];
  /** Swap ranges as asked for; undefined means the brief's plan, clipped to the video. */
  readonly swapRanges?: readonly SwapRange[];
  readonly engineId: EngineName;
  /** Whether what is made earns money: engines whose licence forbids it are refused then. Default false. */
  readonly isCommercial?: boolean;
  readonly stitch: StitchMode;
  /** When false, a segment with the face missing in more than a tenth of its frames fails the render. */
  readonly allowMissingFace: boolean;
  readonly label: LabelWish;
  readonly limits: Limits;
  /** Undefined: nothing is spoken, and all sound is copied. */
  readonly speech?: SpeechWish;
  /** Undefined: none. */
  readonly captions?: CaptionWish;
}
