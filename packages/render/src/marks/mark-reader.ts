import type { Rotation } from "#model/media.js";
import { createFingerprinter } from "./fingerprint.js";
import type { MarkReader } from "./marks.js";
import { createWatermarkDetector } from "./watermark-detector.js";

/** Makes a reader of one film's marks. `rotation` is the clockwise turn that makes its pictures upright. */
export function createMarkReader({ rotation }: { readonly rotation: Rotation }): MarkReader {
  const detector = createWatermarkDetector({ rotation });
  const fingerprinter = createFingerprinter({ rotation });
  return {
    add(frame, seconds) {
      detector.add(frame, seconds);
      fingerprinter.add(frame, seconds);
    },
    finish: () => ({ watermark: detector.finish(), fingerprint: fingerprinter.finish() }),
  };
}
