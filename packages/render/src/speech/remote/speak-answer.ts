import { UnderstudyError } from "#model/errors.js";
import { firstIssue } from "#model/first-issue.js";
import type { Speech } from "#speech/voice-engine.js";
import type { SpokenToken } from "#speech/text/spoken-token.js";
import { speakOutputSchema, type SpeakOutput } from "./speak-contract.js";
import { fromBase64 } from "./from-base64.js";

/** When an engine says that a token is heard; nothing of it is checked but the types. */
export interface ClaimedWord {
  /** Number of the token. */
  readonly tokenIndex: number;
  /** The token as the engine read it. */
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** An answer as whoever asked works with it; its sound is not looked into yet. */
export interface SpeakAnswer extends Pick<Speech, "sampleRateHz" | "cloned" | "engine" | "weightsLicence" | "seed"> {
  /** The bytes of the WAV file, or where it is fetched; undefined when the request said where to put it. */
  readonly sound: { readonly wav: Uint8Array } | { readonly url: string } | undefined;
  /** Of the WAV file, lower-case hex. */
  readonly sha256: string;
  readonly durationSeconds: number;
  readonly words: readonly ClaimedWord[];
}

/**
 * Reads an engine's answer.
 * @throws UnderstudyError `voice-unavailable` with the first field that is not as the contract says.
 */
export function parseSpeakOutput(value: unknown): SpeakAnswer {
  const parsed = speakOutputSchema.safeParse(value);
  if (!parsed.success) throw badAnswer(firstIssue(parsed.error));
  const output = parsed.data;
  return {
    sound: soundOf(output),
    sha256: output.sha256,
    sampleRateHz: output.sample_rate,
    durationSeconds: output.duration_ms / 1000,
    ...(output.seed !== undefined && { seed: output.seed }),
    engine: output.engine,
    cloned: output.cloned,
    weightsLicence: output.weights_licence,
    words: output.words.map(({ i, text, start_ms: start, end_ms: end }) => ({
      tokenIndex: i,
      text,
      startSeconds: start / 1000,
      endSeconds: end / 1000,
    })),
  };
}

/** What an engine that does not keep to the contract is refused with. */
export function badAnswer(what: string): UnderstudyError {
  return new UnderstudyError("voice-unavailable", `The voice engine's answer is not valid at ${what}.`, {
    hint: "Update the engine: it must speak the voice contract of docs/worker.md, version 1.",
  });
}

/**
 * Spells an answer for the wire.
 * @param sound digest of the WAV file, and its bytes unless they were put where the request said.
 */
export function writeSpeakOutput(
  speech: Speech,
  tokens: readonly Pick<SpokenToken, "display">[],
  sound: { readonly sha256: string; readonly wav?: Uint8Array },
): SpeakOutput {
  const { samples, sampleRateHz, words, seed } = speech;
  return speakOutputSchema.parse({
    version: 1,
    ...(sound.wav !== undefined && { audio: Buffer.from(sound.wav).toString("base64") }),
    sha256: sound.sha256,
    sample_rate: sampleRateHz,
    duration_ms: toMilliseconds(samples.length / sampleRateHz),
    ...(seed !== undefined && { seed }),
    engine: speech.engine,
    cloned: speech.cloned,
    weights_licence: speech.weightsLicence,
    words: words.map(({ tokenIndex, startSeconds, endSeconds }) => ({
      i: tokenIndex,
      text: tokens[tokenIndex]!.display,
      start_ms: toMilliseconds(startSeconds),
      end_ms: toMilliseconds(endSeconds),
    })),
  });
}

function soundOf({ audio, audio_url: url }: SpeakOutput): SpeakAnswer["sound"] {
  if (url !== undefined) return { url };
  if (audio === undefined) return undefined;
  const wav = fromBase64(audio);
  if (wav === undefined) throw badAnswer("audio: no base64");
  return { wav };
}

/** To the microsecond. */
function toMilliseconds(seconds: number): number {
  return Math.round(1e6 * seconds) / 1000;
}
