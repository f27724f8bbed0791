import type { PlanarFrame } from "#model/image.js";
import type { FrameMarking } from "./marks.js";
import { codeWordOf } from "./watermark-code.js";
import { cellCount, cellKeys, cutAxis, layOutWatermark, swingSeconds, type CellAxis } from "./watermark-layout.js";
import { openPixels, stepRun } from "./watermark-pixels.js";
import { createStrengthMeter } from "./watermark-strength.js";

/** Draws one watermark into the frames of one region. */
export interface WatermarkPainter {
  /**
   * Draws in place on the luma plane of the stored picture, a few levels at most.
   * @param seconds presentation time on the track's own clock.
   */
  paint(frame: PlanarFrame, seconds: number): void;
}

/** The strength of cells is looked at this often; they change slower than frames do. */
const lookEverySeconds = 0.1;

const insetSteps = 512;

/** Where half a sine reaches a share of its peak, the share in steps of 1/512: as a share of the half sine's length. */
const insets = Float64Array.from({ length: insetSteps + 1 }, (_, step) => Math.asin(step / insetSteps) / Math.PI);

/** Opens a painter for frames of one size, in display order; it keeps some 20 kB. */
export function createWatermarkPainter(
  options: Pick<FrameMarking, "widthPixels" | "heightPixels" | "rotation" | "watermarkId">,
): WatermarkPainter {
  const { widthPixels, heightPixels, rotation, watermarkId } = options;
  const layout = layOutWatermark(widthPixels, heightPixels, rotation);
  const across = cutAxis(widthPixels, layout.columns);
  const down = cutAxis(heightPixels, layout.rows);
  const word = codeWordOf(watermarkId);
  const turns = layout.uprightCells.map((cell) => {
    const isOpposite = word[cellKeys.bits[cell]!]! * layout.patchSign < 0;
    return (cellKeys.quarterTurns[cell]! + (isOpposite ? 2 : 0)) & 3;
  });
  const strength = createStrengthMeter(across, down);
  const heights = new Float32Array(cellCount);
  let lastLook = Number.NEGATIVE_INFINITY;
  return {
    paint(frame, seconds) {
      if (seconds - lastLook >= lookEverySeconds) {
        strength.look(frame);
        lastLook = seconds;
      }
      const angle = (2 * Math.PI * seconds) / swingSeconds;
      const swings = [0, 1, 2, 3].map((turn) => Math.cos(angle + (turn * Math.PI) / 2));
      for (let cell = 0; cell < cellCount; cell++) heights[cell] = strength.peaks[cell]! * swings[turns[cell]!]!;
      addPatches(frame, across, down, heights);
    },
  };
}

/**
 * Adds to every cell a sine patch of its height, rounded. Along a row each half of the sine rises and falls again, so it
 * is a run of pixels that change by one level, with a shorter run inside for each further level.
 */
function addPatches(frame: PlanarFrame, across: CellAxis, down: CellAxis, heights: Float32Array): void {
  const picture = openPixels(frame);
  const columns = across.starts.length - 1;
  const rows = down.starts.length - 1;
  const halfPixels = frame.widthPixels / columns / 2;
  for (let row = 0; row < rows; row++) {
    const bottom = down.starts[row + 1]!;
    for (let y = down.starts[row]!; y < bottom; y++) {
      const line = picture.start + y * frame.lumaStride;
      for (let column = 0; column < columns; column++) {
        const height = heights[row * columns + column]! * down.wave[y]!;
        const size = Math.abs(height);
        for (let level = 0.5; level <= size; level++) {
          const inset = insets[((insetSteps * level) / size + 0.5) | 0]! * halfPixels + 0.5;
          const left = line + 2 * column * halfPixels;
          stepRun(picture, (left + inset) | 0, (left + halfPixels - inset) | 0, height > 0);
          stepRun(picture, (left + halfPixels + inset) | 0, (left + 2 * halfPixels - inset) | 0, height < 0);
        }
      }
    }
  }
}
