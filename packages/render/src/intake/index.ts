import { hashFile, maxPhotoBytes } from "#media/index.js";
import { assertConsentCovers } from "#model/consent.js";
import type { Artifact } from "#model/manifest.js";
import type { RenderRequest } from "#model/request.js";

export { createFileConsentStore, type ConsentStore } from "./consent-store.js";
export { attestationStatement, newConsent } from "./new-consent.js";

/**
 * Hashes the photos and checks that the consent covers exactly these.
 * @throws UnderstudyError `file-missing`, `input-too-large`, `consent-invalid`.
 */
export async function takeInFaces(request: RenderRequest, now: Date, signal: AbortSignal): Promise<Artifact[]> {
  const faces: Artifact[] = [];
  const maxBytes = Math.min(maxPhotoBytes, request.limits.maxInputBytes);
  for (const path of request.facePaths) {
    const { sha256, byteLength } = await hashFile(path, { maxBytes, what: "The photo", signal });
    faces.push({ key: path, sha256, byteLength, mediaType: "image/*" });
  }
  const hashes = faces.map((face) => face.sha256);
  assertConsentCovers(request.consent, hashes, now);
  return faces;
}
