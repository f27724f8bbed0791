import { UnderstudyError } from "#model/errors.js";
import type { MediaIO } from "#media/media-io.js";
import type { VoiceSample } from "#model/speech.js";
import { readSound } from "#speech/read-sound.js";
import type { HeardSample } from "#speech/voice-engine.js";
import { clippedShareOf, heardSecondsOf } from "./voice-level.js";

/** What engines that clone work at. */
const sampleRateHz = 24_000;
/** Below, a voice cannot be told; above, engines cut, and the text no longer fits. */
const seconds = { min: 3, max: 15 } as const;
/** What coding may add to the length. */
const slackSeconds = 0.1;
/** Of the whole recording, in which somebody must be heard. */
const leastHeardSeconds = 1;
/** Speech behind a limiter at full scale has 0.1 % at most; speech that is 7 dB too loud has 0.7 % and more. */
const mostClippedShare = 0.002;
/** Three times what is said in 15 s. */
const maxTextCharacters = 1000;

/**
 * Opens a recording of a voice and checks that it is one. Any sound or film will do, of any rate; two channels are mixed to one.
 * Noise is accepted, and so is damage that was made quieter afterwards: neither can be told from a voice for sure.
 * @returns samples of 24 kHz.
 * @throws UnderstudyError `bad-voice-sample`, `file-missing`; the signal's reason after a cancel.
 */
export async function readVoiceSample(io: MediaIO, sample: VoiceSample, signal: AbortSignal): Promise<HeardSample> {
  const text = sample.text.trim();
  assertText(text);
  const samples = await readSound(io, sample.path, {
    sampleRateHz,
    maxSeconds: seconds.max + slackSeconds,
    signal,
  }).catch(asBadSample);
  assertVoice(samples);
  return { samples: samples.map((value) => Math.max(-1, Math.min(1, value))), sampleRateHz, text };
}

function assertText(text: string): void {
  if (!/[\p{L}\p{N}]/u.test(text)) throw bad("has no text: what is said in it must be known, word for word");
  const { length } = text;
  if (length > maxTextCharacters) throw bad(`has a text of ${length} characters, the limit is ${maxTextCharacters}`);
}

function asBadSample(thrown: unknown): never {
  const code = thrown instanceof UnderstudyError ? thrown.code : undefined;
  if (code === "input-too-long") throw bad(`is longer than ${seconds.max} s`);
  if (code === "no-speech") throw bad("has no sound");
  if (code === "unreadable-media") throw bad("cannot be read", thrown);
  throw thrown;
}

function assertVoice(samples: Float32Array): void {
  if (!samples.every(Number.isFinite)) throw bad("has samples that are no numbers");
  const length = samples.length / sampleRateHz;
  if (length < seconds.min) throw bad(`has ${length.toFixed(1)} s; ${seconds.min} to ${seconds.max} s are needed`);
  const heard = heardSecondsOf({ samples, sampleRateHz });
  if (heard === 0) throw bad("is silent");
  if (heard < leastHeardSeconds) throw bad(`is silent but for ${heard.toFixed(2)} s`);
  const share = clippedShareOf(samples);
  if (share > mostClippedShare) throw bad(`is clipped: ${(100 * share).toFixed(1)} % of it is at full scale`);
}

function bad(what: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError("bad-voice-sample", `The recording of the voice ${what}.`, { cause });
}
