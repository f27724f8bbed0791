import { UnderstudyError } from "#model/errors.js";
import type { Speech, SpeechOrder } from "#speech/voice-engine.js";
import { fliteLicence, fliteVersion, fliteVoices, type FliteVoice } from "./flite-voices.js";
import { pronounce } from "./pronounce.js";
import { stretchRange } from "./stretch-range.js";
import { sayTokens } from "./say-tokens.js";
import { tokenTimes } from "./token-times.js";

/** Speech longer or shorter than asked by less than this share is left as it is. */
const tolerance = 0.003;

/** Between a man's pitch and a woman's. */
const womanFromHertz = 165;

/** `rms` speaks at 100 Hz whatever is asked of it; `awb` takes any pitch. */
const rmsUpToHertz = 115;

/**
 * Speaks tokens with flite; blocks meanwhile.
 * @throws UnderstudyError `bad-script` for no spoken word, `bad-usage` for an unknown voice, `script-does-not-fit`.
 */
export function speakTokens(order: Omit<SpeechOrder, "signal">): Speech {
  const { tokens, targetSeconds, pitchHertz } = order;
  const voice = chooseVoice(order);
  const words = tokens.flatMap(({ spoken }) => spoken);
  if (words.length === 0) {
    throw new UnderstudyError("bad-script", "The script has no word that can be spoken.");
  }
  const pronunciations = pronounce(words);
  const manner = { voice, ...(pitchHertz !== undefined && { pitchHertz }) };
  let said = sayTokens(tokens, manner, pronunciations);
  const seconds = said.samples.length / said.sampleRateHz;
  if (targetSeconds !== undefined && Math.abs(targetSeconds / seconds - 1) > tolerance) {
    const stretch = targetSeconds / seconds;
    assertReachable(stretch, seconds, targetSeconds);
    said = sayTokens(tokens, { ...manner, stretch }, pronunciations);
  }
  const { samples, sampleRateHz, phones } = said;
  return {
    samples,
    sampleRateHz,
    words: tokenTimes(phones, tokens.length, samples.length / sampleRateHz),
    cloned: false,
    engine: `flite ${fliteVersion} ${voice}`,
    weightsLicence: fliteLicence,
  };
}

function chooseVoice({ voice, pitchHertz }: Pick<SpeechOrder, "voice" | "pitchHertz">): FliteVoice {
  if (voice === undefined) {
    if (pitchHertz === undefined || pitchHertz >= womanFromHertz) return "slt";
    return pitchHertz <= rmsUpToHertz ? "rms" : "awb";
  }
  const known = fliteVoices.find((name) => name === voice);
  if (known !== undefined) return known;
  throw new UnderstudyError("bad-usage", `There is no voice ${JSON.stringify(voice.slice(0, 40))} here.`, {
    hint: `Choose one of ${fliteVoices.join(", ")}.`,
  });
}

function assertReachable(stretch: number, seconds: number, targetSeconds: number): void {
  if (stretch >= stretchRange.min && stretch <= stretchRange.max) return;
  const shortest = (seconds * stretchRange.min).toFixed(1);
  const longest = (seconds * stretchRange.max).toFixed(1);
  throw new UnderstudyError(
    "script-does-not-fit",
    `The script takes ${shortest} to ${longest} s to speak, but ${targetSeconds.toFixed(1)} s are to be filled.`,
    { hint: stretch < stretchRange.min ? "Shorten the script, or give it a longer segment." : "Give a longer script." },
  );
}
