import type { PlanarFrame } from "#model/image.js";
import type { FrameMarking } from "./marks.js";
import { codeWordOf } from "./watermark-code.js";
import { cellCount, cellKeys, cutAxis, layOutWatermark, swingSeconds, type CellAxis } from "./watermark-layout.js";
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

/** Adds to every cell a sine patch of its height, rounded; what was inside the legal range stays inside. */
function addPatches(frame: PlanarFrame, across: CellAxis, down: CellAxis, heights: Float32Array): void {
  const { y: luma, lumaStride, isFullRange } = frame;
  const [black, white] = isFullRange ? [0, 255] : [16, 235];
  const { starts, wave } = across;
  const columns = starts.length - 1;
  const rows = down.starts.length - 1;
  for (let row = 0; row < rows; row++) {
    const bottom = down.starts[row + 1]!;
    for (let y = down.starts[row]!; y < bottom; y++) {
      const line = y * lumaStride;
      for (let column = 0; column < columns; column++) {
        const height = heights[row * columns + column]! * down.wave[y]!;
        if (height < 0.5 && height > -0.5) continue;
        const end = starts[column + 1]!;
        for (let x = starts[column]!; x < end; x++) {
          const before = luma[line + x]!;
          const after = (before + height * wave[x]! + 0.5) | 0;
          if (after < black) luma[line + x] = before < black ? before : black;
          else if (after > white) luma[line + x] = before > white ? before : white;
          else luma[line + x] = after;
        }
      }
    }
  }
}
