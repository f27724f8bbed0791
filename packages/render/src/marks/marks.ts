import type { PlanarFrame } from "#model/image.js";
import type { Fingerprint } from "#model/manifest.js";
import type { Rotation } from "#model/media.js";
import type { FrameRange } from "#model/plan.js";

/** What a marker draws, and on which picture track. Sizes are those of the stored picture, before rotation. */
export interface FrameMarking {
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Marks are laid out on the upright picture, so that a copy that was turned upright still carries them. */
  readonly rotation: Rotation;
  /** 24 bits, six hex digits; see `watermarkIdOf()`. */
  readonly watermarkId: string;
  /** Frames that carry the visible label, ascending. */
  readonly labelRanges: readonly FrameRange[];
}

/** Draws watermark and label into frames that are encoded again anyway; one per region. */
export interface FrameMarker {
  /**
   * Marks one frame in place. Frames of a region come in display order.
   * @param frame writable planes of the stored picture, face already drawn.
   * @param frameNumber visible frame number, counted over the whole source.
   * @param seconds presentation time on the track's own clock; only differences matter.
   */
  mark(frame: PlanarFrame, frameNumber: number, seconds: number): void;
}

/** What our detector says of a film. */
export type WatermarkReading =
  /** The check bits fit: `id` is six hex digits. `spans` are where it was read. */
  | {
      readonly found: true;
      readonly id: string;
      readonly spans: readonly { readonly startSeconds: number; readonly endSeconds: number }[];
    }
  /** No span's check bits fit. `too-short`: what was looked at is shorter than any span that can be read. */
  | { readonly found: false; readonly reason: "no-mark" | "too-short" };

/** What a film carries and looks like. */
export interface FilmMarks {
  readonly watermark: WatermarkReading;
  readonly fingerprint: Fingerprint;
}

/** What is known of a film whose marks are read. */
export interface MarkReaderOptions {
  /** The clockwise turn that makes its pictures upright. */
  readonly rotation: Rotation;
  /** Presentation seconds, half-open, in which the watermark is looked for; default the whole film. */
  readonly markedSpans?: readonly { readonly startSeconds: number; readonly endSeconds: number }[];
}

/** A frame that went into a fingerprint. */
export interface FingerprintSample {
  /** Presentation time of the frame. */
  readonly seconds: number;
  /** 16 hex digits. */
  readonly hash: string;
}

/** Looks at the frames of a film in display order; memory does not grow with the picture size or with the frame count. */
export interface MarkReader {
  /** Whether the frame of this presentation second would be looked at; to view a decoded frame's planes costs 0.2 ms. */
  wants(seconds: number): boolean;
  /** Takes in one decoded frame of the stored picture; read-only, not kept. @param seconds presentation time. */
  add(frame: PlanarFrame, seconds: number): void;
  /** Takes in the hash of a frame that is not decoded; outside the marked spans, and of this version's fingerprint. */
  addHash(sample: FingerprintSample): void;
  /** Frames whose hashes were taken so far, also those that a long film's fingerprint leaves out in the end. */
  samples(): readonly FingerprintSample[];
  /** Call once, at the end. */
  finish(): FilmMarks;
}
