import type { MediaIO } from "#media/media-io.js";
import type { RenderRequest } from "#model/request.js";
import type { ScriptPart, SpeechWish } from "#model/speech.js";
import { maxTranscriptCharacters, readScript, readVoiceSample, splitScript, type HeardSample } from "#speech/index.js";

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

/**
 * Says whether captions can be made: they need a script, or a transcript with something to find.
 * @throws UnderstudyError `bad-script`.
 */
export function assertCaptionable({ speech, captions }: Pick<RenderRequest, "speech" | "captions">): void {
  if (captions === undefined || speech !== undefined) return;
  readScript(captions.transcript ?? "", maxTranscriptCharacters);
}
