import type { CaptionTrack } from "./caption-track.js";
import { cueLines } from "./cue-text.js";
import { clockTime } from "./time-code.js";

/** SubRip: numbered cues of plain text, which every editor and player reads. */
export function writeSrt({ cues }: CaptionTrack): string {
  const blocks = cues.map((cue, at) => {
    const times = `${clockTime(cue.startSeconds, ",")} --> ${clockTime(cue.endSeconds, ",")}`;
    return `${[at + 1, times, ...cueLines(cue).map(plain)].join("\n")}\n`;
  });
  return blocks.join("\n");
}

/** SRT has no escapes, and players take `<i>`, `{\an8}` and `-->` for commands: an invisible word joiner makes them text. */
function plain(text: string): string {
  return text.replaceAll(/<(?=[a-z/])|\{(?=\\)|--(?=>)/giu, "$&\u2060");
}
