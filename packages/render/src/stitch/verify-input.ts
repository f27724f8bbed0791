import type { MarkReader } from "#marks/index.js";
import type { FrameIndex } from "#model/media.js";
import type { StitchInput } from "./stitch.js";

/** What verification needs. */
export interface VerifyInput extends Omit<StitchInput, "onProgress" | "captions"> {
  readonly index: FrameIndex;
  /**
   * Looks at the frames of the output in display order: all that were encoded again, and in the rest of a `smart` film those that
   * `fingerprintSeconds` names. Of those that a template vouches for, it gets the hashes.
   */
  readonly marks?: FilmViewer;
  /** Packets checked, and how many there are in both files; the last call says that all are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Looks at a film that is read for another reason. */
export type FilmViewer = Pick<MarkReader, "wants" | "add"> & Partial<Pick<MarkReader, "addHash">>;

/** A packet of sound: 22 characters of its digest and the second it is heard at. */
export interface Entry {
  readonly digest: string;
  readonly seconds: number;
  /** It was encoded for a script. */
  readonly isMixed?: true;
}
