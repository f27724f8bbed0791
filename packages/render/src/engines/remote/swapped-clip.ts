import type { Manifest, QualityReport } from "#model/manifest.js";

/** What is known of a clip with the face swapped; of a file here as of one that a remote engine made. Plain data. */
export interface SwappedClip {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly byteLength: number;
  /** Frames of the whole clip. */
  readonly frameCount: number;
  /** Frames that carry the photo's face. */
  readonly framesSwapped: number;
  /** Frames of the ranges in which the face was not found; they are as they were. */
  readonly framesWithoutFace: number;
  /** Average frames a second. */
  readonly frameRate: number;
  /** Of the stored picture, before rotation. */
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly engine: Manifest["engine"];
  /** Wall-clock seconds of the engine's work. */
  readonly seconds: number;
  /** What it ran on, such as `NVIDIA L40S`; absent for this machine's processor. */
  readonly device?: string;
  /** One sentence for each thing that is not as in the clip. */
  readonly notes: readonly string[];
  /** Absent when the engine does not measure. */
  readonly quality?: QualityReport;
}
