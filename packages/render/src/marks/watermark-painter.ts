import type { PlanarFrame } from "#model/image.js";
import type { FrameMarking } from "./marks.js";
import { codeWordOf } from "./watermark-code.js";
import { cellCount, cellKeys, cutAxis, layOutWatermark, swingSeconds } from "./watermark-layout.js";
import { drawPatchRow } from "./watermark-patch.js";
import { addPatches, openPixels, type PatchRow } from "./watermark-pixels.js";
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

/** Opens a painter for frames of one size, in display order; it keeps some 100 kB. About 0.5 ms a frame at 720p. */
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
  const patchRows: PatchRow[] = [];
  /** What the rows get whose first pixel lies that many bytes into a word. */
  const rowAt = (offset: number) => (patchRows[offset] ??= drawPatchRow(across, widthPixels, offset));
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
      const pixels = openPixels(frame);
      for (let row = 0; row < layout.rows; row++) {
        for (let y = down.starts[row]!; y < down.starts[row + 1]!; y++) {
          const line = pixels.start + y * frame.lumaStride;
          addPatches(pixels, line >> 2, rowAt(line & 3), heights, row * layout.columns, down.wave[y]!);
        }
      }
    },
  };
}
