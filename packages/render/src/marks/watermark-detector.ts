import type { PlanarFrame } from "#model/image.js";
import type { Rotation } from "#model/media.js";
import type { WatermarkReading } from "./marks.js";
import { createWatermarkSampler } from "./watermark-sampler.js";
import { readBlocks } from "./watermark-search.js";

/** Looks for the watermark in a film that may carry it in some of its parts. */
export interface WatermarkDetector {
  /** Whether a frame of this second would be looked at. */
  wants(seconds: number): boolean;
  /** Takes in a frame of the stored picture, in display order; ten a second are looked at, the others cost nothing. */
  add(frame: PlanarFrame, seconds: number): void;
  /** Call once, at the end. */
  finish(): WatermarkReading;
}

/** Opens a detector; it keeps 3 MB for an hour of film. @param options.rotation the turn a player applies. */
export function createWatermarkDetector(options: { readonly rotation: Rotation }): WatermarkDetector {
  const sampler = createWatermarkSampler(options.rotation);
  return { wants: sampler.wants, add: sampler.add, finish: () => readBlocks(sampler.finish()) };
}
