import { z } from "zod";

const natural = z.int().nonnegative();
const measure = z.number();

/** Parses a table of contents, which may be anybody's. */
export const facesContentsSchema = z.strictObject({
  version: z.literal(2),
  origin: z.strictObject({
    engine: z.strictObject({
      id: z.string(),
      weights: z.array(
        z.strictObject({ name: z.string(), sha256: z.string(), licence: z.string(), origin: z.string() }),
      ),
    }),
    sourceSha256: z.string(),
    trackIndex: natural,
    isConverted: z.boolean(),
    cast: z.array(z.strictObject({ person: z.string(), photoSha256: z.array(z.string()) })),
  }),
  startFrame: natural,
  endFrame: natural,
  widthPixels: natural,
  heightPixels: natural,
  faceFacts: z.array(
    z.strictObject({
      faceWidthPixels: measure,
      yawDegrees: measure,
      pitchDegrees: measure,
      skinCoverage: measure,
      sideLightRatio: measure,
    }),
  ),
  withoutFace: natural,
  samples: z.array(
    z.strictObject({
      frameNumber: natural,
      similarityToPhoto: measure.optional(),
      similarityToOriginal: measure.optional(),
      photoToOriginal: measure.optional(),
      landmarkError: measure.optional(),
      mouthOpeningError: measure.optional(),
      eyeOpeningError: measure.optional(),
      maxBackgroundChange: measure,
      steadiness: z.strictObject({
        sourceFlicker: measure,
        drawnFlicker: measure,
        trackedJitter: measure,
        smoothedJitter: measure,
      }),
    }),
  ),
  frames: z.array(z.tuple([natural, natural, natural, natural, natural]).nullable()),
});
