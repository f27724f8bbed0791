import type { FaceReferenceFacts } from "#engines/face-engine.js";
import type { MediaIO } from "#media/media-io.js";
import { probeSource } from "#media/probe.js";
import { assertConsentCovers } from "#model/consent.js";
import type { Artifact } from "#model/manifest.js";
import type { FrameIndex, SourceMedia } from "#model/media.js";
import type { RenderRequest } from "#model/request.js";
import { checkFace } from "./face-gate.js";
import { hashFile } from "./hash-file.js";

export { createFileConsentStore, type ConsentStore } from "./consent-store.js";
export { hashFile } from "./hash-file.js";
export { attestationStatement, newConsent } from "./new-consent.js";

/** What intake learned; plain values. */
export interface TakenIn {
  readonly source: SourceMedia;
  readonly index: FrameIndex;
  readonly faces: readonly Artifact[];
  /** What the gate measured on the best photo. */
  readonly faceFacts: FaceReferenceFacts;
}

/**
 * Opens what was given: hashes the photos, checks that the consent covers them, passes the best through the engine's
 * gate, probes the video.
 * @throws UnderstudyError every code that `docs/errors.md` lists under "learned by opening".
 */
export async function takeIn(request: RenderRequest, io: MediaIO, now: Date, signal: AbortSignal): Promise<TakenIn> {
  const { limits, engineId } = request;
  const faces: Artifact[] = [];
  for (const path of request.facePaths) {
    const { sha256, byteLength } = await hashFile(path, limits.maxInputBytes);
    faces.push({ key: path, sha256, byteLength, mediaType: "image/*" });
  }
  const hashes = faces.map((face) => face.sha256);
  assertConsentCovers(request.consent, hashes, now);
  const failed = new AbortController();
  const gate = checkFace(
    { facePath: request.facePaths[0], engineId, photoLimits: limits },
    AbortSignal.any([signal, failed.signal]),
  );
  try {
    // The gate works in its thread while the video is probed here.
    const { source, index } = await probeSource(io, request.sourcePath, limits);
    return { source, index, faces, faceFacts: await gate };
  } catch (thrown) {
    failed.abort(thrown);
    await gate.catch(() => undefined);
    throw thrown;
  }
}
