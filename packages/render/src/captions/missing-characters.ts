import type { CaptionTrack } from "./caption-track.js";
import { cueLines } from "./cue-text.js";
import type { CaptionFont } from "./font/caption-font.js";

/** Characters of the captions that their font cannot draw, each once, in order. */
export function missingCharacters({ cues }: CaptionTrack, font: CaptionFont): string[] {
  return [...new Set(cues.flatMap(cueLines).flatMap((line) => font.missingFrom(line)))];
}
