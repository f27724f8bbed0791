import type { PlanarFrame } from "#model/image.js";
import type { Rotation } from "#model/media.js";
import { createBlockFolder, type Block, type Sample } from "./watermark-blocks.js";
import { createCellMeter, type CellMeter } from "./watermark-cells.js";
import { cellCount } from "./watermark-layout.js";

/** Turns the frames of a film into blocks. */
export interface WatermarkSampler {
  /** Whether a frame of this second would be looked at. */
  wants(seconds: number): boolean;
  /** Takes in a frame of the stored picture, in display order; ten a second are looked at, the others cost nothing. */
  add(frame: PlanarFrame, seconds: number): void;
  /** Call once, at the end. */
  finish(): readonly Block[];
}

const sampleSeconds = 0.1;

/** A pause longer than this is not filled with the picture that stood still; what follows is folded anew. */
const maxHeldSamples = 20;

/** Opens a sampler; it keeps 3 MB for an hour of film. @param rotation the turn a player applies. */
export function createWatermarkSampler(rotation: Rotation): WatermarkSampler {
  const blocks: Block[] = [];
  const openFolder = () => createBlockFolder((block) => blocks.push(block));
  let folder = openFolder();
  let meter: CellMeter | undefined;
  let last: Sample | undefined;
  let nextSeconds = Number.NEGATIVE_INFINITY;

  function look(frame: PlanarFrame, seconds: number): Sample {
    const { widthPixels, heightPixels } = frame;
    if (meter?.widthPixels !== widthPixels || meter.heightPixels !== heightPixels) {
      meter = createCellMeter(widthPixels, heightPixels, rotation);
    }
    const cells = new Float32Array(cellCount);
    meter.measure(frame, cells);
    return { seconds, cells };
  }

  // False for a frame without a time too.
  const wants = (seconds: number): boolean => seconds >= nextSeconds - 1e-6;

  return {
    wants,
    add(frame, seconds) {
      if (!wants(seconds)) return;
      const missed = last === undefined ? 0 : Math.floor((seconds - nextSeconds) / sampleSeconds + 1e-6);
      const isPause = missed > maxHeldSamples;
      if (isPause) {
        folder.finish();
        folder = openFolder();
      }
      // Between two frames far apart a player shows the first.
      if (last !== undefined && !isPause) for (let i = 0; i < missed; i++) folder.add(last);
      nextSeconds =
        last === undefined || isPause ? seconds + sampleSeconds : nextSeconds + (missed + 1) * sampleSeconds;
      last = look(frame, seconds);
      folder.add(last);
    },
    finish() {
      folder.finish();
      return blocks;
    },
  };
}
