import type { ReadOrder, SealableType, SealOrder } from "#seal/provenance.js";

/** An order with every kind of action; `parts` replaces what a test is about. */
export function testOrder(path: string, mediaType: SealableType, parts: Partial<SealOrder> = {}): SealOrder {
  return {
    path,
    outputPath: `${path}.sealed`,
    sidecarPath: `${path}.c2pa`,
    mediaType,
    actions: [
      { kind: "opened" },
      { kind: "face-replaced", startSeconds: 0, endSeconds: 2.5 },
      { kind: "face-replaced", startSeconds: 4, endSeconds: 5.0004 },
      { kind: "voice-synthesised", startSeconds: 1, endSeconds: 2 },
      { kind: "transcoded" },
      { kind: "watermarked", watermark: { algorithm: "org.understudy.watermark.v1", value: "9f86d0" } },
    ],
    renderId: "render_0123456789abcdef",
    consent: { id: "consent_0123456789abcdef", method: "fictional", commitment: "c".repeat(64) },
    software: "understudy 0.1.0",
    ...parts,
  };
}

/** How a test reads: with the anchors given and no others. */
export function readOrder(path: string, ownAnchorsPem = "", parts: Partial<ReadOrder> = {}): ReadOrder {
  return { path, ownAnchorsPem, trustAnchorsPem: "", ...parts };
}

/** A signal that nobody aborts. */
export const noSignal: AbortSignal = new AbortController().signal;
