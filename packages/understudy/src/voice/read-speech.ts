import { createHash } from "node:crypto";
import {
  alignRateHz,
  alignSpeech,
  believableTimes,
  maxSpeechSeconds,
  parseWave,
  resampleSound,
  UnderstudyError,
  type SpeakAnswer,
  type Speech,
  type SpeechOrder,
  type TokenTime,
} from "@understudy/render";
import { noVoice } from "./voice-failure.js";

/** Speech that another machine spoke. */
export interface RemoteSpeech extends Speech {
  /** Where the times of its words are from: the engine, or its sound, in which they were found here. */
  readonly timing: "engine" | "aligned";
}

/** What an answer may say of its sound's length and be off. */
const toleranceSeconds = 0.02;

/** Quieter than this nobody speaks. */
const silentPeak = 0.001;

/**
 * Checks an answer's sound against what it says of it, and gives its words times: the engine's where they can be believed, else those
 * that the aligner finds.
 * @throws UnderstudyError `voice-unavailable`; the signal's reason after a cancel.
 */
export async function readSpeech(
  answer: SpeakAnswer,
  wav: Uint8Array,
  { tokens, signal }: Pick<SpeechOrder, "tokens" | "signal">,
): Promise<RemoteSpeech> {
  const { sha256, durationSeconds, words: claimed, sound: _, ...facts } = answer;
  if (createHash("sha256").update(wav).digest("hex") !== sha256) throw noVoice("Its sound is not what it announced.");
  const { samples, sampleRateHz } = openSound(wav);
  const seconds = samples.length / sampleRateHz;
  if (sampleRateHz !== facts.sampleRateHz || Math.abs(seconds - durationSeconds) > toleranceSeconds) {
    throw noVoice(`Its sound has ${seconds.toFixed(2)} s of ${sampleRateHz} Hz, which is not what it announced.`);
  }
  if (!samples.some((sample) => Math.abs(sample) > silentPeak)) throw noVoice("Its sound is silent.");
  const words = believableTimes(claimed, tokens, seconds);
  if (words !== undefined) return { ...facts, samples, words, timing: "engine" };
  return { ...facts, samples, words: await timesIn({ samples, sampleRateHz }, { tokens, signal }), timing: "aligned" };
}

function openSound(wav: Uint8Array) {
  try {
    return parseWave(wav, maxSpeechSeconds);
  } catch (thrown) {
    if (!(thrown instanceof UnderstudyError)) throw thrown;
    throw noVoice(thrown.message, thrown);
  }
}

async function timesIn(
  sound: Pick<Speech, "samples" | "sampleRateHz">,
  { tokens, signal }: Pick<SpeechOrder, "tokens" | "signal">,
): Promise<readonly TokenTime[]> {
  const text = tokens.map(({ display }) => display).join(" ");
  const { words } = await alignSpeech(
    resampleSound(sound.samples, sound.sampleRateHz, alignRateHz),
    text,
    signal,
  ).catch((thrown: unknown) => {
    signal.throwIfAborted();
    if (!(thrown instanceof UnderstudyError)) throw thrown;
    throw noVoice(`The words were not found in its sound. ${thrown.message}`, thrown);
  });
  return words.map(({ tokenIndex, startSeconds, endSeconds }) => ({ tokenIndex, startSeconds, endSeconds }));
}
