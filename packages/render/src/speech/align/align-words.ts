import { UnderstudyError } from "#model/errors.js";
import type { FliteVoice } from "#speech/flite/flite-voices.js";
import { pronounce } from "#speech/flite/pronounce.js";
import { sayTokens, type SaidTokens } from "#speech/flite/say-tokens.js";
import { tokenTimes } from "#speech/flite/token-times.js";
import type { SpokenToken } from "#speech/text/spoken-token.js";
import type { TokenTime } from "#speech/voice-engine.js";
import { adaptVoice } from "./adapt-voice.js";
import { agreeOnTokens } from "./agree-on-tokens.js";
import { findBestPath, type BestPath } from "./best-path.js";
import { resample } from "./resample.js";
import { bandAlongPath, bandAlongSpeech } from "./search-band.js";
import {
  alignRateHz,
  joinFrames,
  measureFrames,
  measureLevels,
  playBackwards,
  type SoundFrames,
  type SoundLevels,
} from "./sound-frames.js";
import { listStates, type ReferenceWord, type WordStates } from "./word-states.js";

/** What is aligned. */
export interface AlignOrder {
  /** Mono speech at `alignRateHz`. */
  readonly samples: Float32Array;
  /** What is said in it, as `readScript` gives it; some of it must be spoken. */
  readonly tokens: readonly SpokenToken[];
}

/** When a token is heard, and how sure that is. */
export interface AlignedToken extends TokenTime {
  /** 0 to 1: about the share of such tokens whose start is right to 50 ms. 0 for a token that is not spoken. */
  readonly confidence: number;
}

/** Times of all tokens. */
export interface Alignment {
  readonly words: readonly AlignedToken[];
  /** How unlike the speech and the text are: 1 when the text fits no better than a voice that talks backwards. */
  readonly cost: number;
  /** True when the text does not seem to be what is said. */
  readonly isDoubtful: boolean;
}

/** Voices that are compared with; the times are the medians of theirs, which errs a fifth less than the best one alone. */
const voices = ["slt", "rms", "awb"] as const satisfies readonly FliteVoice[];

/** Is asked first how long the text is, because it is the quickest; what it finds itself is no help to the others. */
const quickVoice: FliteVoice = "kal16";

/** Right texts cost up to 0.951; of those of other recordings 200 of 205 cost more than this, unless they share phrases. */
const doubtfulCost = 0.955;
/** What is left of the confidence in a doubtful text: few of its words are said at all. */
const doubtfulShare = 0.2;

/** 10 ms: shorter hops find the same words and cost four times as much. */
const hopSamples = 160;
/** 40 ms for the first look. */
const framesJoined = 4;
/** 80 s of speech to choose from at the first look, and 3 s around what it found at the second. */
const coarseBandStates = 2000;
const bandStates = 300;
/** How long each voice speaks against `quickVoice`. */
const voicePaces: Readonly<Record<(typeof voices)[number], number>> = { slt: 1.16, rms: 1.34, awb: 1.12 };
/** How much faster or slower than its own pace a voice speaks to match the speaker's. */
const paceRange = { min: 0.6, max: 2.2 };

/**
 * Finds when each token is said: voices say the text at the speaker's pace, and the cheapest way to stretch what they say over the
 * speech carries their times over. Blocks: 0.05 s a second of speech, and 0.3 s for the start.
 * @throws UnderstudyError `bad-script` when nothing in the text is spoken, or more than fits the recording.
 */
export function alignWords({ samples, tokens }: AlignOrder): Alignment {
  const pronunciations = pronounce(tokens.flatMap(({ spoken }) => spoken));
  const fine = measureFrames(samples, hopSamples);
  const speech: Levels = { fine, coarse: joinFrames(fine, framesJoined) };
  const say: Say = (voice, stretch) => sayTokens(tokens, { voice, stretch }, pronunciations);
  const pace = paceOf(speech.fine, say(quickVoice, 1));
  const runs = voices
    .map((voice) => alignToVoice(speech, say(voice, clampPace(pace / voicePaces[voice]))))
    .toSorted((a, b) => a.cost - b.cost);
  const heard = agreeOnTokens(runs, tokens.length);
  if (heard.length === 0) throw new UnderstudyError("bad-script", "The text has no word that can be spoken.");
  const cost = runs.reduce((sum, run) => sum + run.cost / run.backwardsCost, 0) / runs.length;
  const isDoubtful = cost > doubtfulCost;
  const share = isDoubtful ? doubtfulShare : 1;
  const confidences = new Map(heard.map(({ tokenIndex, confidence }) => [tokenIndex, share * confidence]));
  return {
    words: tokenTimes(heard, tokens.length, samples.length / alignRateHz).map((time) => ({
      ...time,
      confidence: confidences.get(time.tokenIndex) ?? 0,
    })),
    cost,
    isDoubtful,
  };
}

/** The same sound in long frames for a first look, and in short ones. */
interface Levels {
  readonly coarse: SoundFrames;
  readonly fine: SoundFrames;
}

/** A word of a token in the speech. */
export interface FoundWord {
  readonly tokenIndex: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Mean difference to the voice over its frames. */
  readonly cost: number;
}

/** What one voice found. */
export interface VoiceRun {
  readonly words: readonly FoundWord[];
  /** Mean cost of a frame at the first look. */
  readonly cost: number;
  /** The same for the voice backwards, which says nothing. */
  readonly backwardsCost: number;
}

type Say = (voice: FliteVoice, stretch: number) => SaidTokens;

function alignToVoice(speech: Levels, said: SaidTokens): VoiceRun {
  const words = wordsOf(said);
  const fine = measureFrames(resample(said, alignRateHz), hopSamples);
  const coarse = joinFrames(fine, framesJoined);
  const coarseStates = listStates(words, coarse.secondsPerFrame, coarse.count);
  const wide = bandAlongSpeech(speech.coarse, coarseStates.count, coarseBandStates);
  const rough = findBestPath(speech.coarse, coarse, coarseStates, wide);
  const states = listStates(words, fine.secondsPerFrame, fine.count);
  const band = bandAlongPath(
    { path: rough, states: coarseStates, secondsPerFrame: coarse.secondsPerFrame },
    { frameCount: speech.fine.count, states, secondsPerFrame: fine.secondsPerFrame },
    bandStates,
  );
  const matched = { speech: speech.coarse, reference: coarse, states: coarseStates, path: rough.states };
  const path = findBestPath(speech.fine, adaptVoice(fine, matched), states, band);
  if (rough.cost + path.cost === Infinity) {
    throw new UnderstudyError("bad-script", `The text has ${words.length} words, more than the recording can hold.`);
  }
  return {
    words: foundWords(words, states, path, speech.fine),
    cost: rough.cost,
    backwardsCost: backwardsCost(speech.coarse, coarse, words),
  };
}

/** What the speech costs when the voice says nothing of it, with all that voices have in common. */
function backwardsCost(speech: SoundFrames, voice: SoundFrames, words: readonly SaidWord[]): number {
  const end = voice.count * voice.secondsPerFrame;
  const turned = words
    .toReversed()
    .map(({ startSeconds, endSeconds }) => ({ startSeconds: end - endSeconds, endSeconds: end - startSeconds }));
  const states = listStates(turned, voice.secondsPerFrame, voice.count);
  const band = bandAlongSpeech(speech, states.count, coarseBandStates);
  return findBestPath(speech, playBackwards(voice), states, band).cost;
}

/** How much longer than flite the speaker takes, pauses left out. */
function paceOf(speech: SoundLevels, said: SaidTokens): number {
  const reference = measureLevels(resample(said, alignRateHz), hopSamples);
  return spokenFrames(speech) / Math.max(1, spokenFrames(reference));
}

function clampPace(pace: number): number {
  return Math.min(paceRange.max, Math.max(paceRange.min, pace));
}

function spokenFrames({ levels, speechLevel }: SoundLevels): number {
  return levels.reduce((sum, level) => sum + (level > speechLevel ? 1 : 0), 0);
}

interface SaidWord extends ReferenceWord {
  readonly tokenIndex: number;
}

function wordsOf({ phones }: SaidTokens): SaidWord[] {
  const words: (SaidWord & { wordIndex: number; endSeconds: number })[] = [];
  for (const { tokenIndex, wordIndex, startSeconds, endSeconds } of phones) {
    const last = words.at(-1);
    if (last?.tokenIndex === tokenIndex && last.wordIndex === wordIndex) last.endSeconds = endSeconds;
    else words.push({ tokenIndex, wordIndex, startSeconds, endSeconds });
  }
  return words;
}

function foundWords(
  words: readonly SaidWord[],
  states: WordStates,
  path: BestPath,
  { secondsPerFrame }: SoundFrames,
): FoundWord[] {
  const found: FoundWord[] = [];
  for (let frame = 0; frame < path.states.length;) {
    const state = path.states[frame]!;
    const word = states.words[state]!;
    const start = frame;
    let cost = 0;
    while (frame < path.states.length && isOf(states, path.states[frame]!, word, states.frames[state]! < 0)) {
      cost += path.costs[frame++]!;
    }
    if (states.frames[state]! < 0) continue;
    found.push({
      tokenIndex: words[word]!.tokenIndex,
      // A frame is about the time around its centre.
      startSeconds: Math.max(0, (start - 0.5) * secondsPerFrame),
      endSeconds: (frame - 0.5) * secondsPerFrame,
      cost: cost / (frame - start),
    });
  }
  return found;
}

function isOf({ words, frames }: WordStates, state: number, word: number, isSilence: boolean): boolean {
  return words[state] === word && frames[state]! < 0 === isSilence;
}
