import type { MediaIO } from "#media/media-io.js";
import type { ScriptPart, SpeechWish } from "#model/speech.js";
import { readVoiceSample, splitScript, type HeardSample } from "#speech/index.js";

/** A wish for speech whose files were opened and found good. */
export interface SpeechIntake {
  /** The script, in order. */
  readonly parts: readonly ScriptPart[];
  readonly sample?: HeardSample;
}

/**
 * Reads a script, and the sample of the voice that it is to be spoken in.
 * @throws UnderstudyError `bad-script`, `bad-voice-sample`, and what opening a file can be refused for.
 */
export async function takeInSpeech(
  io: MediaIO,
  { script, sample }: SpeechWish,
  signal: AbortSignal,
): Promise<SpeechIntake> {
  const parts = splitScript(script);
  return { parts, ...(sample && { sample: await readVoiceSample(io, sample, signal) }) };
}
