import type { MediaIO } from "#media/media-io.js";
import { readSound } from "#speech/read-sound.js";
import { alignableSeconds, alignSpeech, type AlignedSpeech } from "./align-speech.js";
import { alignRateHz } from "./sound-frames.js";

/**
 * Finds when the words of a text are said in the first sound track of a file, from the moment that a player shows as 0:00.
 * @throws UnderstudyError every refusal of `readSound` and `alignSpeech`; the signal's reason after a cancel.
 */
export async function alignFile(io: MediaIO, path: string, text: string, signal: AbortSignal): Promise<AlignedSpeech> {
  const { max } = alignableSeconds;
  const samples = await readSound(io, path, { sampleRateHz: alignRateHz, maxSeconds: max, signal });
  return alignSpeech(samples, text, signal);
}
