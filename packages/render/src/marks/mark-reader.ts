import { createFingerprinter } from "./fingerprint.js";
import type { MarkReader, MarkReaderOptions } from "./marks.js";
import { createWatermarkDetector } from "./watermark-detector.js";

/** Makes a reader of one film's marks. */
export function createMarkReader({ rotation, markedSpans }: MarkReaderOptions): MarkReader {
  const detector = createWatermarkDetector({ rotation });
  const fingerprinter = createFingerprinter({ rotation });
  const mayBeMarked = (seconds: number) =>
    markedSpans?.some((span) => seconds >= span.startSeconds && seconds < span.endSeconds) ?? true;
  return {
    wants: (seconds) => (mayBeMarked(seconds) && detector.wants(seconds)) || fingerprinter.wants(seconds),
    add(frame, seconds) {
      if (mayBeMarked(seconds)) detector.add(frame, seconds);
      fingerprinter.add(frame, seconds);
    },
    addHash: ({ hash, seconds }) => fingerprinter.addHash(hash, seconds),
    samples: () => fingerprinter.samples(),
    finish: () => ({ watermark: detector.finish(), fingerprint: fingerprinter.finish() }),
  };
}
