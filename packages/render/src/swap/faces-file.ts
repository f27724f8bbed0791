import { join } from "node:path";
import type { FaceReferenceFacts } from "#engines/face-engine.js";
import type { Manifest } from "#model/manifest.js";
import { nameOfPerson, type CastPhotos } from "#model/person.js";
import type { FrameRange } from "#model/plan.js";
import type { QualitySample } from "#quality/index.js";

/**
 * The drawn faces of one swap segment on disk, so that another label or name needs no second drawing: 8 bytes of magic, the
 * packed boxes (`packBox`), a JSON table of contents, its length as 32-bit big-endian, SHA-256 of everything before, the
 * magic again. They are taken before label and watermark are painted, and lie beside the segment's frame numbers and not a
 * region's: a plan with another label has other regions.
 *
 * Replaying takes 0.29-0.5 of the processor time of drawing (`bench/kept-faces.js`), the rest being decoding, marks and
 * encoding; keeping adds 3 % at most.
 */
export const facesMagic = Buffer.from("UDYFACE1");

/** Bytes behind the table of contents: its length, the hash, the magic. */
export const facesTailBytes = 4 + 32 + facesMagic.length;

/** What drawn faces follow from, beside the frames of their segment. Only faces of the very same are used again. */
export interface FacesOrigin {
  readonly engine: Manifest["engine"];
  /** Lower-case hex. */
  readonly sourceSha256: string;
  /** Stream number of the picture track. */
  readonly trackIndex: number;
  /** Whether frames were converted after decoding; they may be of another size and depth then. */
  readonly isConverted: boolean;
  /** Whose face everybody got, in the order asked for. */
  readonly cast: readonly {
    /** As the person was chosen, see `originOfCast()`. */
    readonly person: string;
    /** Best first. */
    readonly photoSha256: readonly string[];
  }[];
}

/** What a file of drawn faces says beside the pixels. */
export interface FacesFacts {
  readonly origin: FacesOrigin;
  readonly startFrame: number;
  readonly endFrame: number;
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** What the gate measured on each cast member's photos. */
  readonly faceFacts: readonly FaceReferenceFacts[];
  /** Frames of the segment in which the face was not found. */
  readonly withoutFace: number;
  readonly samples: readonly QualitySample[];
  /** For each frame of the segment left, top, right and bottom of its box and the payload's bytes; null where nothing was drawn. */
  readonly frames: readonly (readonly [number, number, number, number, number] | null)[];
}

/** What drawn faces follow from, of the cast. A chosen person is the same one as long as the video and the choice are. */
export function originOfCast(photos: readonly CastPhotos[]): FacesOrigin["cast"] {
  return photos.map(({ person, reference, faces }) => ({
    person: [nameOfPerson(person), ...(reference === undefined ? [] : [reference.sha256])].join(" "),
    photoSha256: faces.map(({ sha256 }) => sha256),
  }));
}

/** Where a folder keeps the faces of a segment. */
export function facesPath(folder: string, { startFrame, endFrame }: FrameRange): string {
  return join(folder, `segment-${startFrame}-${endFrame}.faces`);
}

/** Most bytes of the table of contents of so many frames; one of them takes 25, and a sample of ten frames 500. */
export function maxContentsBytes(frameCount: number): number {
  return 32_768 + 128 * frameCount;
}
