import { meshVertexCount } from "#face-mesh/topology.js";
import { occlusionSide } from "#model/face-track.js";
import type { FrameRange } from "#model/plan.js";

/**
 * A face track on disk: what it follows from (`trackHeader`), one mesh a frame (5616 bytes; zeros where there is no face), the
 * occlusion masks of the frames that have one, deflated, the face's usual luma (4096 bytes; zeros for none), a table with two
 * 32-bit numbers a frame (its run, 0 without a face; the bytes of its mask, 0 without one), SHA-256 of everything before, the
 * magic again. All numbers are little-endian.
 */
export const trackMagic = Buffer.from("UDYTRAC1");

/** Raised with every change of networks, tracker or occlusion model that lets a track say something else. */
export const analyserVersion = 2;

/** What a track follows from. Only a track of the very same is used. */
export interface TrackOrigin {
  /** Lower-case hex. */
  readonly sourceSha256: string;
  /** Stream number of the picture track. */
  readonly trackIndex: number;
  /** Whether frames were converted after decoding; they may be of another size then. */
  readonly isConverted: boolean;
  /** Whose face it is, as `personKey()` says it. */
  readonly person: string;
}

/** One track: what it follows from, and of which frames of the source it tells. */
export interface TrackKey extends TrackOrigin, FrameRange {}

/** Where one person's track of one swap segment lies; plain data. */
export interface TrackPlace {
  readonly key: TrackKey;
  readonly path: string;
}

/** Bytes of one mesh. */
export const meshBytes = 3 * meshVertexCount * Float32Array.BYTES_PER_ELEMENT;

/** Bytes of a plane of the unwrapped face. */
export const unwrappedBytes = occlusionSide * occlusionSide;

/** Bytes of one frame in the table at the end. */
export const tableRowBytes = 8;

/** Bytes behind the table: the hash, the magic. */
export const trackTailBytes = 32 + trackMagic.length;

/** The first bytes of a track. A reader compares them with those it expects, and so parses none of anybody's. */
export function trackHeader({ sourceSha256, trackIndex, isConverted, person, startFrame, endFrame }: TrackKey): Buffer {
  const facts = { analyserVersion, sourceSha256, trackIndex, isConverted, person, startFrame, endFrame };
  return Buffer.concat([trackMagic, Buffer.from(`${JSON.stringify(facts)}\n`)]);
}

/** The name of a track among everything that is kept of one source. */
export function trackName({ trackIndex, isConverted, person, startFrame, endFrame }: TrackKey): string {
  const pictures = `${trackIndex}${isConverted ? "c" : ""}`;
  return `track-${analyserVersion}-${pictures}-${startFrame}-${endFrame}-${person}.track`;
}
