import { z } from "zod";
import { UnderstudyError } from "#model/errors.js";
import { captionPresetNames, type CaptionPresetName } from "#model/captions.js";
import type { TimedWord } from "./timed-word.js";

/** What is shown together: one to a few lines of words. */
export interface Cue {
  readonly startSeconds: number;
  /** Never later than the start of the next cue. */
  readonly endSeconds: number;
  readonly lines: readonly (readonly TimedWord[])[];
}

/** All captions of one film, broken for one size of picture. As JSON it is what `parseCaptionTrack` reads. */
export interface CaptionTrack {
  readonly version: 1;
  readonly preset: CaptionPresetName;
  /** Of the picture as it is shown, upright. */
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly cues: readonly Cue[];
}

/** Bounds of what is read: a film of two hours has some 20,000 words of 120,000 characters. */
export const captionLimits = {
  maxWords: 50_000,
  maxWordCharacters: 5000,
  maxCharacters: 1_000_000,
  maxSeconds: 86_400,
  maxSidePixels: 16_384,
} as const;

const seconds = z.number().min(0).max(captionLimits.maxSeconds);
const text = z.string().min(1).max(captionLimits.maxWordCharacters);
const confidence = z.number().min(0).max(1);
const word = z.object({ text, startSeconds: seconds, endSeconds: seconds, confidence: confidence.optional() });
const cue = z.object({
  startSeconds: seconds,
  endSeconds: seconds,
  lines: z.array(z.array(word).min(1)).min(1).max(8),
});
const side = z.number().int().min(16).max(captionLimits.maxSidePixels);
const trackSchema = z.object({
  version: z.literal(1),
  preset: z.enum(captionPresetNames),
  widthPixels: side,
  heightPixels: side,
  cues: z.array(cue).max(captionLimits.maxWords),
});

/**
 * Reads a track from JSON.
 * @throws UnderstudyError `bad-usage` for anything else, without a word of the text.
 */
export function parseCaptionTrack(json: string): CaptionTrack {
  try {
    // Reading drops what is absent; the schema's `| undefined` for it is only zod's way to say so.
    return trackSchema.parse(JSON.parse(json)) as CaptionTrack;
  } catch {
    throw new UnderstudyError("bad-usage", "This is not a caption track of version 1.", {
      hint: "Make it again with `understudy captions`.",
    });
  }
}
