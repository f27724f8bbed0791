import { hashFile, maxPhotoBytes } from "#media/index.js";
import { assertConsentCovers } from "#model/consent.js";
import type { Artifact } from "#model/manifest.js";
import type { RenderRequest } from "#model/request.js";

export { checkRecording, type FaceMatch, type RecordingInput } from "./check-recording.js";
export type { ConsentEntry, ConsentStore, Revocation } from "./consent-store.js";
export { createFileConsentStore } from "./file-consent-store.js";
export { defaultUse, newConsent, type NewConsent } from "./new-consent.js";
export { attestationStatement, personStatement, spokenStatement, type StatementFacts } from "./statements.js";

/**
 * Hashes the photos and checks that the consent covers exactly these.
 * @throws UnderstudyError `file-missing`, `input-too-large`, and what `assertConsentCovers()` throws.
 */
export async function takeInFaces(request: RenderRequest, now: Date, signal: AbortSignal): Promise<Artifact[]> {
  const faces: Artifact[] = [];
  const maxBytes = Math.min(maxPhotoBytes, request.limits.maxInputBytes);
  for (const path of request.facePaths) {
    const { sha256, byteLength } = await hashFile(path, { maxBytes, what: "The photo", signal });
    faces.push({ key: path, sha256, byteLength, mediaType: "image/*" });
  }
  const photoSha256 = faces.map((face) => face.sha256);
  assertConsentCovers(request.consent, { photoSha256, uses: ["face"], now });
  return faces;
}
