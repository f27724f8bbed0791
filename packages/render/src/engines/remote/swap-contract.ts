import { z } from "zod";

/*
 * The wire contract of a remote face engine: JSON in snake_case, times in seconds, sizes in pixels and bytes, digests
 * in lower-case hex. Inside, the same facts are camelCase (`swap-clip-request.ts`, `swap-clip-answer.ts`). What is
 * added later is optional; a meaning that changes gets a new version.
 */

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, "a lower-case SHA-256 in hex");

/** Presigned URLs have some 2,000 characters; whether an address may be fetched is the fetcher's to judge. */
const httpUrl = z.url({ protocol: /^https?$/, error: "an http or https URL" }).max(8192);

const count = z.int().min(0).max(1e9);

const swapRangesSchema = z
  .array(z.strictObject({ start_seconds: z.number().min(0).max(86_400), end_seconds: z.number().min(0).max(86_400) }))
  .min(1)
  .max(1000)
  .refine(
    (ranges) =>
      ranges.every(
        ({ start_seconds: start, end_seconds: end }, at) => start < end && start >= (ranges[at - 1]?.end_seconds ?? 0),
      ),
    "ranges in order that end after they start and do not overlap",
  );

/**
 * A request: a clip and a photo go in, the clip with that face comes out. Unknown fields are refused, because a
 * misspelt wish would otherwise be ignored in silence. The engine draws no label and no watermark and signs nothing:
 * what it returns must never be delivered as it is.
 */
export const swapClipInputSchema = z.strictObject({
  task: z.literal("swap-clip"),
  version: z.literal(1),
  /** Where the clip is fetched; MP4 or whatever the engine can read. It may be without sound. */
  clip_url: httpUrl,
  /**
   * The clip's digest; other bytes are refused. Also the name under which an engine may keep what depends on the clip
   * alone (pose, mask, background), because one clip serves many faces.
   */
  clip_sha256: sha256Hex.optional(),
  /** Where the photo is fetched: JPEG, PNG, WebP or AVIF. */
  face_url: httpUrl,
  /** The photo's digest; other bytes are refused. Consent is for exactly these bytes, not for an address. */
  face_sha256: sha256Hex,
  /** The record that covers the photo, as `ConsentReference` says. */
  consent: z.strictObject({
    id: z.string().regex(/^consent_[0-9a-f]{16}$/, "consent_ and 16 hex digits"),
    /** `consentCommitment()` of the record. */
    commitment: sha256Hex,
  }),
  /**
   * Who in the clip gets the face: whoever's is largest (default), furthest left or right, a number in the engine's list of the
   * clip's people, who are numbered by how long they are seen, or whoever a photo shows, which is compared and never drawn.
   */
  person: z
    .union([z.enum(["largest", "left", "right"]), z.int().min(1).max(999), z.strictObject({ photo_url: httpUrl })], {
      error: () => "largest, left, right, a number from 1 to 999 or a photo_url",
    })
    .optional(),
  /** Half-open ranges on the clip's clock, ascending and disjoint, at most 1,000; default the whole clip. */
  swap: swapRangesSchema.optional(),
  /** Default false: a range whose face is missing in more than a tenth of its frames fails the job. */
  allow_missing_face: z.boolean().optional(),
  /** Which way an engine that has several goes; default `best`. */
  profile: z.enum(["best", "economy"]).optional(),
  /** For engines that draw lots: the same request with the same seed gives the same picture on the same device. */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  /**
   * What the same engine made earlier of this very clip (pose, mask, background), in a form of its own; never of a
   * face photo.
   */
  prepared: z.strictObject({ url: httpUrl, sha256: sha256Hex }).optional(),
  output: z
    .strictObject({
      /** A presigned address that takes the clip in one PUT; default the engine's own store. */
      put_url: httpUrl.optional(),
      /**
       * `same` (default): as many frames as the clip has, at the same times. `own`: the same span of time at the
       * engine's own frame rate; whoever asked re-times.
       */
      timing: z.enum(["same", "own"]).optional(),
    })
    .optional(),
});

/** A request on the wire; see `swapClipInputSchema`. */
export type SwapClipInput = Readonly<z.infer<typeof swapClipInputSchema>>;

const figure = z.number().min(-1000).max(1000);

/**
 * An answer. Unknown fields are passed over, because a newer engine may tell more. Sound is the source's: who asked
 * keeps the original's and expects none here.
 */
export const swapClipOutputSchema = z
  .object({
    version: z.literal(1),
    /** Where the clip can be fetched; absent when the request named `output.put_url`. */
    clip_url: httpUrl.optional(),
    sha256: sha256Hex,
    byte_length: z.int().min(1),
    frames: count.min(1),
    /** Frames that carry the photo's face. */
    frames_swapped: count,
    /** Frames of the ranges in which the face was not found; they are as they were. */
    frames_without_face: count,
    /** Average frames a second. */
    fps: z.number().positive().max(1000),
    /** Pixels of the stored picture, before rotation. An odd last column or row may be cut off: 4:2:0 holds none. */
    width: z.int().min(1).max(65_535),
    height: z.int().min(1).max(65_535),
    engine: z.object({
      /** Permanent name with version, such as `mesh@1`. */
      id: z.string().min(1).max(100),
      /** Every weight file that was used; `licence` is an SPDX id, `origin` says where the file came from. */
      weights: z
        .array(
          z.object({
            name: z.string().min(1).max(200),
            sha256: sha256Hex,
            licence: z.string().min(1).max(200),
            origin: z.string().min(1).max(500),
          }),
        )
        .max(100),
    }),
    /** Wall-clock seconds of the engine's work, fetching and storing left out. */
    seconds: z.number().min(0),
    /** What it ran on, such as `NVIDIA L40S`; with `seconds` it gives the price. */
    device: z.string().min(1).max(100).optional(),
    /** One sentence for each thing that is not as in the clip. */
    notes: z.array(z.string().max(1000)).max(100).optional(),
    /** `QualityReport`, for engines that measure themselves. */
    quality: z
      .object({
        sampled_frames: count,
        identity_margin: figure.optional(),
        similarity_to_photo: figure.optional(),
        similarity_to_original: figure.optional(),
        landmark_error: figure.optional(),
        mouth_opening_error: figure.optional(),
        eye_opening_error: figure.optional(),
        flicker_ratio: figure.optional(),
        jitter_ratio: figure.optional(),
        max_background_change: figure,
      })
      .optional(),
  })
  .refine(({ frames, frames_swapped: swapped, frames_without_face: without }) => swapped + without <= frames, {
    message: "no more frames than the clip has",
    path: ["frames_swapped"],
  });

/** An answer on the wire; see `swapClipOutputSchema`. */
export type SwapClipOutput = Readonly<z.infer<typeof swapClipOutputSchema>>;
