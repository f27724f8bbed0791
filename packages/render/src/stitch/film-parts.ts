import { fingerprintAlgorithm, type FingerprintSample } from "#marks/index.js";
import type { FrameIndex } from "#model/media.js";
import type { RenderPlan } from "#model/plan.js";
import type { OpenedClips } from "./open-clips.js";

/** A run of the finished film's visible packets. */
export interface FilmPart {
  /** One past its last packet, in decode order. */
  readonly endPacket: number;
  /**
   * What a template's clips in it look like: their bytes were decoded when the template was made, and are only compared.
   * Undefined where the packets must be decoded.
   */
  readonly known: readonly FingerprintSample[] | undefined;
}

/** What of the finished film must be decoded, and what a template vouches for. */
export function partsOf(plan: RenderPlan, clips: OpenedClips, index: FrameIndex): FilmPart[] {
  if (plan.stitch.mode === "smart") return [{ endPacket: Number.POSITIVE_INFINITY, known: undefined }];
  const parts: FilmPart[] = [];
  for (const region of plan.regions) {
    const { verified } = clips.of(region).contents;
    const isKnown = region.kind === "kept" && verified?.fingerprint === fingerprintAlgorithm;
    const known = isKnown
      ? verified.hashes.map(([frame, hash]) => ({ seconds: index.presentationSeconds[frame] ?? 0, hash }))
      : undefined;
    // Neighbours that are decoded share a decoder.
    if (known === undefined && parts.at(-1)?.known === undefined) parts.pop();
    parts.push({ endPacket: region.endFrame, known });
  }
  return parts;
}
