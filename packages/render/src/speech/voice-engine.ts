import type { SpokenToken } from "#speech/text/spoken-token.js";

/** What is asked of a voice. */
export interface SpeechOrder {
  /** The script in tokens, as `readScript` gives it. */
  readonly tokens: readonly SpokenToken[];
  /** A voice by the engine's own name; absent = the engine chooses. */
  readonly voice?: string;
  /** Length that the speech is fitted to, by talking faster or slower. */
  readonly targetSeconds?: number;
  /** Mean pitch that the voice is to have, such as `medianPitch` finds in a sample. */
  readonly pitchHertz?: number;
  /** The voice to clone, for an engine that does. */
  readonly sample?: HeardSample;
  /** On whose record the clone rests; goes to whoever clones. */
  readonly consentId?: string;
  /** What an earlier `Speech` gave, to get the same again. */
  readonly seed?: number;
  readonly signal: AbortSignal;
}

/** A recording of a voice that was opened and found good. */
export interface HeardSample {
  /** Mono, -1 to 1. */
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
  /** What is said in it, word for word. */
  readonly text: string;
}

/** When a token is heard. */
export interface TokenTime {
  /** Position in the tokens of the order. */
  readonly tokenIndex: number;
  readonly startSeconds: number;
  /** Not before the start; equal for a token that is not spoken and stands between two that touch. */
  readonly endSeconds: number;
}

/** Speech with the facts that a manifest needs. */
export interface Speech {
  /** Mono, -1 to 1. */
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
  /** One for each token, in order, none overlapping another. */
  readonly words: readonly TokenTime[];
  /** Whether it is the voice of a person who was recorded. A cloned voice needs that person's consent. */
  readonly cloned: boolean;
  /** Engine and voice, such as `flite 2.3 slt`. */
  readonly engine: string;
  /** SPDX name of the licence of what the voice was made of. */
  readonly weightsLicence: string;
  /** Where the times are from: the engine, or our aligner, because the engine gave none to believe; default the engine. */
  readonly timing?: "engine" | "aligned";
  /** What to give again to get the same speech; absent where nothing is drawn by chance. */
  readonly seed?: number;
}

/** Something that speaks a script. */
export interface VoiceEngine {
  readonly name: string;
  /** Whether it speaks in the voice of a sample: one is needed then, and the consent of whose voice it is. */
  readonly clones: boolean;
  /** SPDX name of the licence of its weights, as far as it is known before it speaks. */
  readonly weightsLicence: string;
  /** Slowest and fastest pace that it speaks at; 1 is the natural one, 1.2 a fifth faster. */
  readonly pace: { readonly slowest: number; readonly fastest: number };
  /**
   * Speaks all tokens.
   * @throws UnderstudyError `bad-script` when there is nothing to speak, `script-does-not-fit` when no allowed pace fills
   * `targetSeconds`, `bad-usage` for an unknown voice, `deadline-exceeded`; the signal's reason after a cancel.
   */
  speak(order: SpeechOrder): Promise<Speech>;
}
