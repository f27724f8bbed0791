/** What becomes of the film's own sound while a script is spoken: turned down, or silent. */
export type UnderSpeech = "duck" | "mute";

/** A recording of the voice that a script is to be spoken in. */
export interface VoiceSample {
  /** Local file with a sound track of 3 to 15 s. */
  readonly path: string;
  /** What is said in it, word for word. */
  readonly text: string;
}

/** What is to be spoken over the film. */
export interface SpeechWish {
  /** The script; `docs/speech.md` says how its parts are placed. */
  readonly script: string;
  /** Undefined: the engine's own voice. */
  readonly sample?: VoiceSample;
  /** Whether it may be spoken where the swapped face is seen, whose lips say something else. */
  readonly allowLipMismatch: boolean;
  readonly underSpeech: UnderSpeech;
}

/** A piece of a script that is not cut any further. */
export interface ScriptPart {
  /** As it is written. */
  readonly text: string;
  /** How long it takes at the natural pace, about. */
  readonly estimatedSeconds: number;
  /** Where the script says that it belongs; parts without one follow each other through the kept segments. */
  readonly place?: { readonly startSeconds: number; readonly endSeconds?: number };
}

/** A piece of a script, and the time that it has in the film. Passages are ascending and disjoint. */
export interface Passage {
  readonly index: number;
  readonly text: string;
  /** When its first word is said. */
  readonly startSeconds: number;
  /** When its last word must have ended. */
  readonly endSeconds: number;
  /** How long it takes at the natural pace, about. */
  readonly estimatedSeconds: number;
}
