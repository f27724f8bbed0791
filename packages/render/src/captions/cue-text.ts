import type { Cue } from "./caption-track.js";

/** The lines of a cue as plain text. */
export function cueLines({ lines }: Cue): string[] {
  return lines.map((words) => words.map(({ text }) => text).join(" "));
}
