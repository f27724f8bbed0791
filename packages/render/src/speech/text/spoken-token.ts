/** How long a voice pauses after a token: not at all, as at a comma, or as at the end of a sentence. */
export type Pause = "none" | "short" | "long";

/**
 * Why a token is not spoken as it is written: `nothing-to-say` for emoji and lone signs, `other-script` for letters beyond
 * Latin, `cut` for what is too long.
 */
export type UnspokenReason = "nothing-to-say" | "other-script" | "cut";

/** A piece of a script between two spaces. */
export interface SpokenToken {
  /** As it is written, for captions. */
  readonly display: string;
  /** What is said: words of lower-case letters `a` to `z` and apostrophes; empty when nothing is. */
  readonly spoken: readonly string[];
  readonly pause: Pause;
  /** Present when something of it is not said. */
  readonly unspoken?: UnspokenReason;
}
