export { createFrameMarker } from "./frame-marker.js";
export { createMarkReader } from "./mark-reader.js";
export { readMarks, type FoundMarks, type ReadMarksOptions } from "./read-marks.js";
export { compareFingerprints, looksAlikeSimilarity, type FingerprintMatch } from "./fingerprint-compare.js";
export { watermarkAlgorithm, watermarkIdOf } from "./watermark-code.js";
export { fingerprintAlgorithm, fingerprintSeconds } from "./fingerprint.js";
export type {
  FilmMarks,
  FingerprintSample,
  FrameMarker,
  FrameMarking,
  MarkReader,
  MarkReaderOptions,
  WatermarkReading,
} from "./marks.js";
