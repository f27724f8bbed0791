import type { QualityReport } from "#model/manifest.js";
import type { QualitySample } from "./quality-sample.js";

/** Turns the samples of all regions into the manifest's report: medians of what is per frame, ratios of what was summed. */
export function summariseQuality(samples: readonly QualitySample[]): QualityReport {
  const of = (pick: (sample: QualitySample) => number | undefined): number | undefined =>
    median(samples.map(pick).filter((value) => value !== undefined));
  const sum = (pick: (sample: QualitySample) => number): number =>
    samples.reduce((total, sample) => total + pick(sample), 0);
  const sourceFlicker = sum((sample) => sample.steadiness.sourceFlicker);
  const trackedJitter = sum((sample) => sample.steadiness.trackedJitter);
  const figures = {
    identityMargin: of(({ similarityToPhoto: photo, similarityToOriginal: original }) =>
      photo === undefined || original === undefined ? undefined : photo - original,
    ),
    similarityToPhoto: of((sample) => sample.similarityToPhoto),
    similarityToOriginal: of((sample) => sample.similarityToOriginal),
    landmarkError: of((sample) => sample.landmarkError),
    mouthOpeningError: of((sample) => sample.mouthOpeningError),
    eyeOpeningError: of((sample) => sample.eyeOpeningError),
    flickerRatio: sourceFlicker > 0 ? sum((sample) => sample.steadiness.drawnFlicker) / sourceFlicker : undefined,
    jitterRatio:
      trackedJitter > 0 ? Math.sqrt(sum((sample) => sample.steadiness.smoothedJitter) / trackedJitter) : undefined,
  };
  const known = Object.entries(figures).filter(([, value]) => value !== undefined);
  return {
    sampledFrames: samples.length,
    ...(Object.fromEntries(known) as Partial<Record<keyof typeof figures, number>>),
    maxBackgroundChange: samples.reduce((largest, sample) => Math.max(largest, sample.maxBackgroundChange), 0),
  };
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
