import type { PlanarFrame } from "#model/image.js";
import type { Rotation } from "#model/media.js";
import type { WatermarkReading } from "./marks.js";
import { createCellMeter, type CellMeter } from "./watermark-cells.js";
import { cellCount } from "./watermark-layout.js";
import { createBlockFolder, type Block, type Sample } from "./watermark-blocks.js";
import { readBlocks } from "./watermark-search.js";

/** Looks for the watermark in a film that may carry it in some of its parts. */
export interface WatermarkDetector {
  /** Takes in a frame of the stored picture, in display order; ten a second are looked at, the others cost nothing. */
  add(frame: PlanarFrame, seconds: number): void;
  /** Call once, at the end. */
  finish(): WatermarkReading;
}

const sampleSeconds = 0.1;

/** A pause longer than this is not filled with the picture that stood still. */
const maxHeldSamples = 20;

/** Opens a detector; it keeps 3 MB for an hour of film. @param options.rotation the turn a player applies. */
export function createWatermarkDetector(options: { readonly rotation: Rotation }): WatermarkDetector {
  const blocks: Block[] = [];
  const folder = createBlockFolder((block) => blocks.push(block));
  let meter: CellMeter | undefined;
  let last: Sample | undefined;
  let nextSeconds = Number.NEGATIVE_INFINITY;

  function sample(frame: PlanarFrame, seconds: number): Sample {
    const { widthPixels, heightPixels } = frame;
    if (meter?.widthPixels !== widthPixels || meter.heightPixels !== heightPixels) {
      meter = createCellMeter(widthPixels, heightPixels, options.rotation);
    }
    const cells = new Float32Array(cellCount);
    meter.measure(frame, cells);
    return { seconds, cells };
  }

  return {
    add(frame, seconds) {
      if (seconds < nextSeconds - 1e-6) return;
      const missed = last === undefined ? 0 : Math.floor((seconds - nextSeconds) / sampleSeconds + 1e-6);
      // Between two frames far apart a player shows the first.
      if (last !== undefined) for (let i = 0; i < Math.min(missed, maxHeldSamples); i++) folder.add(last);
      last = sample(frame, seconds);
      folder.add(last);
      const isFirst = nextSeconds === Number.NEGATIVE_INFINITY;
      nextSeconds =
        isFirst || missed > maxHeldSamples ? seconds + sampleSeconds : nextSeconds + (missed + 1) * sampleSeconds;
    },
    finish() {
      folder.finish();
      return readBlocks(blocks);
    },
  };
}
