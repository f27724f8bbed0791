import type { Fineness } from "./fineness.js";
import { createSoftenedLuma, softnessSteps, type SoftenedLuma } from "./softened-luma.js";
import type { TextureLevel } from "./texture-levels.js";

/**
 * Gives the drawn face the sharpness and grain of the person's own skin: a crisp photo is softened, a smooth one gets some
 * of the video's own grain. Follows slowly, so that neither is seen to change.
 */
export interface SharpnessMatch {
  /** Whether a frame was observed; until then the photo is drawn as it is. */
  isKnown(): boolean;
  /** Luma of a level as soft as the video. */
  lumaOf(level: TextureLevel): Float32Array;
  /** Share of the video's grain to lay over the face, 0-1. */
  grainShare(): number;
  /** Takes in what a frame showed that was drawn with `lumaOf(level)`. */
  observe(level: TextureLevel, fineness: Fineness): void;
}

/** Share of a new frame in the running measure: about half a second. */
const follow = 0.07;

/** Kept while a level is: every region of a video that a thread draws begins with the same ones. */
const softened = new WeakMap<TextureLevel, SoftenedLuma>();

function versionsOf(level: TextureLevel): SoftenedLuma {
  let versions = softened.get(level);
  if (versions === undefined) softened.set(level, (versions = createSoftenedLuma(level)));
  return versions;
}

/** Starts a match. */
export function createSharpnessMatch(): SharpnessMatch {
  let drawn = 0;
  let filmed = 0;
  let step = 0;
  return {
    isKnown: () => filmed > 0,
    lumaOf: (level) => versionsOf(level).lumaAt(step),
    grainShare() {
      return drawn < filmed ? Math.sqrt(1 - (drawn / filmed) ** 2) : 0;
    },
    observe(level, fineness) {
      const versions = versionsOf(level);
      // What the photo itself would have shown: independent of the softness that was drawn.
      const whole = Math.max(0.05, fineness.drawn / versions.finenessAt(step));
      const share = filmed === 0 ? 1 : follow;
      drawn += (whole - drawn) * share;
      filmed += (Math.max(0.05, fineness.filmed) - filmed) * share;
      const wanted = filmed / drawn;
      // Softer while that is still as fine as the video, crisper only when clearly too soft.
      while (step + 1 < softnessSteps && versions.finenessAt(step + 1) > wanted) step++;
      while (step > 0 && versions.finenessAt(step) < 0.92 * wanted) step--;
    },
  };
}
