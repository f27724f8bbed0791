import type { Consent, ConsentEvidence } from "#model/consent.js";
import { newConsent, type NewConsent } from "#intake/new-consent.js";

/** When test records are made. */
export const testNow = new Date("2026-06-01T00:00:00Z");

/** Photos that a test's records name. */
export const testPhotos = { jo: "a".repeat(64), al: "b".repeat(64) } as const;

/** What an e-signature rests on. */
export const signedDocument: ConsentEvidence = {
  kind: "document",
  sha256: "d".repeat(64),
  byteLength: 1,
  mediaType: "application/pdf",
};

/** A whole record for Jo's photo; `parts` replaces what a test is about. */
export function testConsent(parts: Partial<NewConsent> = {}): Consent {
  return newConsent({
    subject: { name: "Jo" },
    method: "attested",
    operator: "Sam",
    statement: { text: "Jo agreed.", version: "1", language: "en" },
    ageConfirmed: true,
    photoSha256: [testPhotos.jo],
    now: testNow,
    ...parts,
  });
}
