import { UnderstudyError } from "#model/errors.js";
import { readScript } from "#speech/text/read-script.js";
import type { SpokenToken } from "#speech/text/spoken-token.js";
import { runSpeechTask } from "#speech/thread/run-speech-task.js";
import type { Alignment } from "./align-words.js";
import { alignRateHz } from "./sound-frames.js";

/** Of a text that is found in a recording: ten minutes of quick speech. */
export const maxTranscriptCharacters = 15_000;

/** Length of a recording that is aligned, seconds. */
export const alignableSeconds = { min: 0.3, max: 600 } as const;

/** Quieter than this nobody speaks: -60 dB of full scale, which 16-bit noise does not reach. */
const silentPeak = 0.001;

/** Several times what ten minutes take on one core that is free. */
const timeoutMs = 600_000;

/** A text with its times. */
export interface AlignedSpeech extends Alignment {
  /** As many as `words`. */
  readonly tokens: readonly SpokenToken[];
}

/**
 * Finds when the words of a text are said in a recording, in a thread of its own.
 * @param samples mono, at `alignRateHz`.
 * @throws UnderstudyError `bad-script`, `no-speech`, `input-too-long`, `deadline-exceeded`; the signal's reason after a cancel.
 */
export async function alignSpeech(samples: Float32Array, text: string, signal: AbortSignal): Promise<AlignedSpeech> {
  const tokens = readScript(text, maxTranscriptCharacters);
  assertSpeech(samples);
  return { tokens, ...(await runSpeechTask("align", { samples, tokens }, { signal, timeoutMs })) };
}

function assertSpeech(samples: Float32Array): void {
  const seconds = samples.length / alignRateHz;
  const { min, max } = alignableSeconds;
  if (seconds < min)
    throw new UnderstudyError("no-speech", `The recording has ${seconds.toFixed(2)} s; words need ${min} s or more.`);
  if (seconds > max) {
    throw new UnderstudyError("input-too-long", `The recording has ${Math.ceil(seconds)} s, the limit is ${max} s.`, {
      hint: "Cut the recording into parts, each with its own text.",
    });
  }
  if (!samples.some((sample) => Math.abs(sample) > silentPeak))
    throw new UnderstudyError("no-speech", "The recording is silent.");
}
