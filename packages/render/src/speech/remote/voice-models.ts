import { UnderstudyError } from "#model/errors.js";
import { whyNotCommercial } from "#model/licence.js";
import { fliteLicence } from "#speech/flite/flite-voices.js";
import { stretchRange } from "#speech/flite/stretch-range.js";
import type { VoiceEngine } from "#speech/voice-engine.js";

/** What is known of a model before it is asked. */
export type VoiceModelFacts = Pick<VoiceEngine, "clones" | "weightsLicence" | "pace">;

/** Within this a person still sounds like themselves. */
const naturalPace = { slowest: 0.8, fastest: 1.25 } as const;

/** Every model that the voice contract has a name for. Licences are those of the weights, as their publishers state them. */
export const voiceModels = {
  flite: {
    clones: false,
    weightsLicence: fliteLicence,
    pace: { slowest: 1 / stretchRange.max, fastest: 1 / stretchRange.min },
  },
  "f5-tts": { clones: true, weightsLicence: "CC-BY-NC-4.0", pace: naturalPace },
  chatterbox: { clones: true, weightsLicence: "MIT", pace: naturalPace },
  "pocket-tts": { clones: true, weightsLicence: "CC-BY-4.0", pace: naturalPace },
} as const satisfies Record<string, VoiceModelFacts>;

/** Name of a model, such as `f5-tts`. */
export type VoiceModelName = keyof typeof voiceModels;

/** All names, in the order of the table. */
export const voiceModelNames = Object.keys(voiceModels) as VoiceModelName[];

/** Licences of weights that are known to allow commercial use. */
const openLicences: ReadonlySet<string> = new Set([
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC-BY-3.0",
  "CC-BY-4.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-Festival",
]);

/**
 * Refuses weights that a commercial project may not use, those of a licence that nobody here knows among them.
 * @param voice how the message calls it.
 * @param licence SPDX name.
 * @throws UnderstudyError `weights-licence` with the reason.
 */
export function assertVoiceLicence(voice: string, licence: string, isCommercial: boolean): void {
  if (!isCommercial || openLicences.has(licence)) return;
  const reason = whyNotCommercial(licence) ?? "is not known to allow it";
  throw new UnderstudyError(
    "weights-licence",
    `The voice ${voice} may not be used in a commercial project: the licence of its weights (${licence}) ${reason}.`,
    { hint: "Use chatterbox or pocket-tts, whose licences allow it, or the voice that is built in." },
  );
}
