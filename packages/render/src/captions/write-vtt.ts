import type { CaptionTrack, Cue } from "./caption-track.js";
import type { TimedWord } from "./timed-word.js";
import { clockTime } from "./time-code.js";

/** WebVTT with a time in front of each word but a cue's first, as `::cue(:past)` and `::cue(:future)` want them. */
export function writeVtt({ cues }: CaptionTrack): string {
  return ["WEBVTT\n", ...cues.map(block)].join("\n");
}

function block(cue: Cue, at: number): string {
  const times = `${clockTime(cue.startSeconds, ".")} --> ${clockTime(cue.endSeconds, ".")}`;
  const lines = cue.lines.map((words) => words.map((word) => stamped(word, cue)).join(" "));
  return `${[at + 1, times, ...lines].join("\n")}\n`;
}

/** A stamp must lie inside its cue. */
function stamped({ text, startSeconds }: TimedWord, cue: Cue): string {
  const time = clockTime(startSeconds, ".");
  const isInside = time > clockTime(cue.startSeconds, ".") && time < clockTime(cue.endSeconds, ".");
  return `${isInside ? `<${time}>` : ""}<c>${escaped(text)}</c>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
