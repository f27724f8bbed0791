import type { QualityReport } from "@understudy/render";

/** One metric as a sentence a marketer understands, with the number an engineer wants. */
export interface Verdict {
  readonly sentence: string;
  /** `name value (limit)` */
  readonly figure: string;
  /** `good`, `poor`, or `plain` where no limit says which. */
  readonly tone: "good" | "poor" | "plain";
}

/** Limits that design/face-cpu.md 5 gives for a good swap. */
const limits = { landmarkError: 0.03, mouthOpeningError: 0.03, eyeOpeningError: 0.03, flickerRatio: 1 };

/** A smaller margin than this is noise of the embedder. */
const undecidedMargin = 0.02;

/** The metrics in words; what could not be measured is left out. Pure. */
export function describeQuality(quality: QualityReport): Verdict[] {
  return [
    ...identity(quality),
    ...bounded(quality.landmarkError, limits.landmarkError, "landmark error", "of the eye distance", {
      good: "The face sits where the original sat",
      poor: "The face slips away from where the original sat",
    }),
    ...bounded(quality.mouthOpeningError, limits.mouthOpeningError, "mouth opening error", "of the eye distance", {
      good: "The mouth opens as it did",
      poor: "The mouth does not open quite as it did",
    }),
    ...bounded(quality.eyeOpeningError, limits.eyeOpeningError, "eye opening error", "of the eye distance", {
      good: "The eyes open and close as they did",
      poor: "The eyes do not open and close quite as they did",
    }),
    ...bounded(quality.flickerRatio, limits.flickerRatio, "flicker ratio", "of the source's flicker", {
      good: "The skin is as calm as in the source",
      poor: "The skin flickers more than in the source",
    }),
    ...(quality.sampledFrames === 0 ? [] : [background(quality.maxBackgroundChange)]),
  ];
}

function identity({ identityMargin, similarityToPhoto, similarityToOriginal }: QualityReport): Verdict[] {
  if (identityMargin === undefined) return [];
  const by = Math.abs(identityMargin).toFixed(2);
  const detail =
    similarityToPhoto === undefined || similarityToOriginal === undefined
      ? ""
      : ` (photo ${similarityToPhoto.toFixed(2)}, original ${similarityToOriginal.toFixed(2)})`;
  const figure = `identity margin ${identityMargin.toFixed(3)}${detail}`;
  if (Math.abs(identityMargin) < undecidedMargin) {
    return [{ sentence: "About as near to the photo as to the original person.", figure, tone: "plain" }];
  }
  return identityMargin > 0
    ? [{ sentence: `Nearer to the photo than to the original person by ${by}.`, figure, tone: "good" }]
    : [{ sentence: `Nearer to the original person than to the photo by ${by}.`, figure, tone: "poor" }];
}

function bounded(
  value: number | undefined,
  limit: number,
  name: string,
  unit: string,
  words: { good: string; poor: string },
): Verdict[] {
  if (value === undefined) return [];
  const tone = value <= limit ? "good" : "poor";
  return [{ sentence: `${words[tone]}.`, figure: `${name} ${value.toFixed(3)} ${unit} (limit ${limit})`, tone }];
}

function background(change: number): Verdict {
  return change === 0
    ? {
        sentence: "The swap changed not one pixel outside the face; only watermark, label and captions may.",
        figure: "largest background change 0",
        tone: "good",
      }
    : {
        sentence: `Pixels outside the face changed by up to ${change}.`,
        figure: `largest background change ${change} of 255`,
        tone: "poor",
      };
}
