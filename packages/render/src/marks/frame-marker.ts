import { createLabelPainter } from "./label-painter.js";
import type { FrameMarker, FrameMarking } from "./marks.js";
import { createWatermarkPainter } from "./watermark-painter.js";

/** Makes the marker of one region. The label is drawn last, so that the watermark does not disturb its letters. */
export function createFrameMarker(marking: FrameMarking): FrameMarker {
  const watermark = createWatermarkPainter(marking);
  const label = createLabelPainter(marking);
  const { labelRanges } = marking;
  /** The range that the last frame lay in or before. */
  let at = 0;
  return {
    mark(frame, frameNumber, seconds) {
      watermark.paint(frame, seconds);
      while (frameNumber >= (labelRanges[at]?.endFrame ?? Number.POSITIVE_INFINITY)) at++;
      if (frameNumber >= (labelRanges[at]?.startFrame ?? Number.POSITIVE_INFINITY)) label.paint(frame);
    },
  };
}
