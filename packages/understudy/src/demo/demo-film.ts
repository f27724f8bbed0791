import { defaultSwapRanges, type SwapRange } from "@understudy/render";
import { fullClip, quickClip, type ClipSpec } from "./clip-spec.js";

/** What the demo makes of its two people. */
export interface DemoFilm {
  readonly clip: ClipSpec;
  readonly swapRanges: readonly SwapRange[];
  /** Spoken over what is kept. */
  readonly script: string;
}

/** The default plan, with something said in each kept segment; the rest of them is copied. */
export const fullFilm: DemoFilm = {
  clip: fullClip,
  swapRanges: defaultSwapRanges,
  script: `[5.5-11.5] Nobody in this film exists: the people are drawn, and this voice is nobody's.

[20.5-24.5] Now try it with a film of your own.`,
};

/** Half swapped, so that there is time to say something. */
export const quickFilm: DemoFilm = {
  clip: quickClip,
  swapRanges: [{ startSeconds: 0, endSeconds: 3 }],
  script: "Nobody in this film exists.",
};
