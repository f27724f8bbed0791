import { breakLines } from "./break-lines.js";
import { sentencePenalty } from "./break-penalty.js";
import type { MeasuredWords } from "./measured-words.js";
import type { CaptionPreset } from "./preset.js";
import type { TimedWord } from "./timed-word.js";

/** Words `[from, to)` that are shown together, and where their lines end. */
export interface CueSpan {
  readonly from: number;
  readonly to: number;
  readonly lineEnds: readonly number[];
}

/** What breaking looks at. */
export type BreakRules = Pick<
  CaptionPreset,
  "maxLines" | "minSeconds" | "maxSeconds" | "charactersPerSecond" | "lingerSeconds"
>;

/** A pause that a reader notices: words on both sides of it do not belong together. */
const pauseSeconds = 0.6;

/**
 * Breaks a film's words into cues by dynamic programming: of all ways to part them, the one whose costs add up to the
 * least. A cue always fits its lines and its time, but for a single word that is longer than that by itself.
 */
export function breakCues(words: readonly TimedWord[], measured: MeasuredWords, rules: BreakRules): CueSpan[] {
  const best = new Float64Array(words.length + 1).fill(Number.POSITIVE_INFINITY);
  best[0] = 0;
  const spans: (CueSpan | undefined)[] = [];
  for (let to = 1; to <= words.length; to++) {
    for (let from = to - 1; from >= 0; from--) {
      const isLong = words[to - 1]!.endSeconds - words[from]!.startSeconds > rules.maxSeconds;
      const lines = isLong && to - from > 1 ? undefined : breakLines(measured, from, to, rules.maxLines);
      // More words in front take more lines and more time.
      if (lines === undefined) break;
      const cost = best[from]! + lines.cost + costOfCue(words, measured, rules, from, to);
      if (cost >= best[to]!) continue;
      best[to] = cost;
      spans[to] = { from, to, lineEnds: lines.ends };
    }
  }
  const chosen: CueSpan[] = [];
  for (let to = words.length; to > 0; to = chosen.at(-1)!.from) chosen.push(spans[to]!);
  return chosen.toReversed();
}

function costOfCue(
  words: readonly TimedWord[],
  measured: MeasuredWords,
  { minSeconds, charactersPerSecond, lingerSeconds }: BreakRules,
  from: number,
  to: number,
): number {
  const start = words[from]!.startSeconds;
  const room = (words[to]?.startSeconds ?? Number.POSITIVE_INFINITY) - start;
  const spoken = words[to - 1]!.endSeconds - start + lingerSeconds;
  const seconds = Math.min(room, Math.max(spoken, minSeconds));
  const tooFast = Math.max(0, measured.charactersOf(from, to) / seconds - charactersPerSecond);
  const tooShort = Math.max(0, minSeconds - seconds);
  const isAlone = to - from === 1 && words.length > 1;
  // 1.2 for the cue itself: few, full cues flicker less.
  const own = 1.2 + tooFast * 0.35 + tooShort * 4 + (isAlone ? 0.8 : 0);
  return own + costInside(words, measured, from, to) + measured.penaltyAfter(to - 1);
}

/** Pauses that are read over, and sentences that begin in the middle. */
function costInside(words: readonly TimedWord[], measured: MeasuredWords, from: number, to: number): number {
  let cost = 0;
  for (let at = from; at < to - 1; at++) {
    const pause = words[at + 1]!.startSeconds - words[at]!.endSeconds;
    if (pause > pauseSeconds) cost += 4 + pause * 3;
    if (measured.penaltyAfter(at) <= sentencePenalty) cost += 0.5;
  }
  return cost;
}
