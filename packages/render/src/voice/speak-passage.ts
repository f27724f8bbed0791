import { UnderstudyError } from "#model/errors.js";
import type { Passage } from "#model/speech.js";
import type { Speech, SpeechOrder, VoiceEngine } from "#speech/index.js";

/** Speech that ends in time, and how fast it is. */
export interface FittedSpeech {
  readonly speech: Speech;
  /** 1 is the natural pace; 1.2 is a fifth faster. */
  readonly pace: number;
}

/** What an engine may be over the length that it was asked for; it is never cut. */
const toleranceSeconds = 0.05;

/**
 * Speaks a passage at the natural pace, and faster where its time is too short; never slower.
 * @throws UnderstudyError `script-does-not-fit` with the seconds; everything of `VoiceEngine.speak`.
 */
export async function speakPassage(
  engine: VoiceEngine,
  { startSeconds, endSeconds }: Pick<Passage, "startSeconds" | "endSeconds">,
  order: Omit<SpeechOrder, "targetSeconds">,
): Promise<FittedSpeech> {
  const roomSeconds = endSeconds - startSeconds;
  const natural = await engine.speak(order);
  if (natural.cloned && !engine.clones) {
    throw new UnderstudyError(
      "voice-unavailable",
      `The voice engine ${engine.name} cloned a voice, and nobody agreed to that.`,
    );
  }
  const naturalSeconds = secondsOf(natural);
  if (naturalSeconds <= roomSeconds) return { speech: natural, pace: 1 };
  const shortestSeconds = naturalSeconds / engine.pace.fastest;
  if (shortestSeconds > roomSeconds) throw doesNotFit(shortestSeconds, startSeconds, roomSeconds);
  // The same voice again, where chance has a part in it.
  const seed = natural.seed === undefined ? {} : { seed: natural.seed };
  const speech = await engine.speak({ ...order, ...seed, targetSeconds: roomSeconds });
  const seconds = secondsOf(speech);
  if (seconds > roomSeconds + toleranceSeconds) throw doesNotFit(seconds, startSeconds, roomSeconds);
  return { speech, pace: naturalSeconds / seconds };
}

function secondsOf({ samples, sampleRateHz }: Speech): number {
  return samples.length / sampleRateHz;
}

function doesNotFit(neededSeconds: number, startSeconds: number, roomSeconds: number): UnderstudyError {
  const [needed, start, room] = [neededSeconds, startSeconds, roomSeconds].map((seconds) => seconds.toFixed(1));
  return new UnderstudyError(
    "script-does-not-fit",
    `Spoken as fast as is allowed, the script's part at ${start} s takes ${needed} s; it has ${room} s.`,
    { hint: "Shorten that part, or give it a longer segment." },
  );
}
