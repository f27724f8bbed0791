import { breakCues, type CueSpan } from "./break-cues.js";
import type { CaptionTrack, Cue } from "./caption-track.js";
import type { CaptionFont } from "./font/caption-font.js";
import { layoutFor } from "./layout.js";
import { createLineRuler } from "./line-ruler.js";
import { measureWords, type MeasuredWords } from "./measured-words.js";
import type { CaptionPresetName } from "#model/captions.js";
import { captionPresets, type CaptionPreset } from "./preset.js";
import { splitLongWords } from "./split-long-words.js";
import { leastWordSeconds, type TimedWord } from "./timed-word.js";

/** What captions are made for. */
export interface CaptionSettings {
  readonly preset: CaptionPresetName;
  /** Of the picture as it is shown, upright. */
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Frames a second; default 30. Two frames stay empty between cues. */
  readonly frameRate?: number;
}

/**
 * Makes a film's captions.
 * @param words as `repairWords` gives them.
 * @param font the preset's.
 */
export function makeCaptions(
  words: readonly TimedWord[],
  { preset: name, widthPixels, heightPixels, frameRate = 30 }: CaptionSettings,
  font: CaptionFont,
): CaptionTrack {
  const preset = captionPresets[name];
  const ruler = createLineRuler(preset.maxLineCharacters, layoutFor(preset.look, { widthPixels, heightPixels }), font);
  const pieces = splitLongWords(words, ruler);
  const texts = pieces.map(({ text }) => text);
  const measured = measureWords(texts, ruler);
  const spans = breakCues(pieces, measured, preset);
  const cues = spans.map((span, at) => cueOf(span, spans[at + 1], pieces, measured, preset, 2 / frameRate));
  return { version: 1, preset: name, widthPixels, heightPixels, cues };
}

function cueOf(
  { from, to, lineEnds }: CueSpan,
  next: CueSpan | undefined,
  words: readonly TimedWord[],
  measured: MeasuredWords,
  preset: CaptionPreset,
  gapSeconds: number,
): Cue {
  const { startSeconds } = words[from]!;
  const last = words[to - 1]!;
  const nextStart = next === undefined ? Number.POSITIVE_INFINITY : words[next.from]!.startSeconds;
  const readSeconds = measured.charactersOf(from, to) / preset.charactersPerSecond;
  const wanted = Math.max(
    last.endSeconds + preset.lingerSeconds,
    startSeconds + Math.max(preset.minSeconds, readSeconds),
  );
  const longest = Math.max(startSeconds + preset.maxSeconds, last.startSeconds + leastWordSeconds);
  // A gap of less than half a second looks like a flaw; one of two frames says that the words are new.
  const reached = nextStart - wanted < 0.5 ? nextStart : wanted;
  const free = Math.min(nextStart, Math.max(nextStart - gapSeconds, last.startSeconds + leastWordSeconds));
  const lines = lineEnds.map((end, line) => words.slice(lineEnds[line - 1] ?? from, end));
  return { startSeconds, endSeconds: Math.min(reached, free, longest), lines };
}
