import type { Alignment, AlignOrder } from "#speech/align/align-words.js";
import type { ErrorCode } from "#model/errors.js";
import type { Speech, SpeechOrder } from "#speech/voice-engine.js";

/** What the speech thread can do: for each task what it takes and what it gives. */
export interface SpeechTasks {
  readonly speak: { readonly order: Omit<SpeechOrder, "signal">; readonly result: Speech };
  readonly align: { readonly order: AlignOrder; readonly result: Alignment };
}

/** One task with its name. */
export type SpeechTask = {
  [Kind in keyof SpeechTasks]: { kind: Kind; order: SpeechTasks[Kind]["order"] };
}[keyof SpeechTasks];

/** What the thread says before it ends. */
export type SpeechReport =
  | { readonly kind: "done"; readonly result: SpeechTasks[keyof SpeechTasks]["result"] }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string; readonly hint: string };
