import { assertConsentCovers } from "#model/consent.js";
import { UnderstudyError } from "#model/errors.js";
import type { RenderRequest } from "#model/request.js";
import type { VoiceEngine } from "#speech/index.js";

/**
 * Refuses a voice before anything is spoken in it: a clone needs a sample, and the consent of whose voice it is, who is the first
 * of the cast. Whether its licence allows what it is for, the engine says itself.
 * @throws UnderstudyError `bad-voice-sample`, and `consent-mismatch` for a record that covers the face alone.
 */
export function assertVoiceAllowed(
  { speech, cast }: Pick<RenderRequest, "speech" | "cast">,
  { name, clones }: Pick<VoiceEngine, "name" | "clones">,
  now: Date,
): void {
  if (speech === undefined || !clones) return;
  if (speech.sample === undefined) {
    throw new UnderstudyError(
      "bad-voice-sample",
      `The voice engine ${name} clones a voice, and there is no sample of one.`,
    );
  }
  assertConsentCovers(cast[0].consent, { photoSha256: [], uses: ["voice"], now });
}
