import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { analyse, resolveTargets } from "#analyse/index.js";
import { createDiskStore } from "#deliver/disk-store.js";
import { assertEngineAllowed } from "#engines/engine-facts.js";
import type { ConsentReference } from "#engines/remote/consent-reference.js";
import type { SwappedClip } from "#engines/remote/swapped-clip.js";
import { hashFile, maxPhotoBytes, probeSource } from "#media/index.js";
import { UnderstudyError } from "#model/errors.js";
import type { Artifact } from "#model/manifest.js";
import type { SourceMedia } from "#model/media.js";
import type { CastPhotos, PersonChoice } from "#model/person.js";
import type { SwapRange } from "#model/plan.js";
import type { RenderRequest } from "#model/request.js";
import type { Run, Stage } from "#model/run.js";
import { summariseQuality } from "#quality/index.js";
import { stitch, verifyOutput } from "#stitch/index.js";
import { swap, type SwappedRegion } from "#swap/index.js";
import { openFaceThreads } from "#threads/index.js";
import { decide, type Decision } from "./decide.js";
import type { RenderServices } from "./pipeline.js";

/** A clip and a photo, and what to do with them; checked once where it entered. */
export interface SwapClipRequest extends Pick<
  RenderRequest,
  "engineId" | "isCommercial" | "allowMissingFace" | "limits"
> {
  /** Local file. */
  readonly clipPath: string;
  /** When given, other bytes are refused; lower-case hex. */
  readonly clipSha256?: string;
  /** Local photo; its bytes must be those of `consent.photoSha256`. */
  readonly facePath: string;
  /** Who in the clip gets the face; default whoever's is largest. A photo that names them is compared and never drawn. */
  readonly person?: PersonChoice;
  /** `referToConsent()` makes one from a record, `parseSwapClipInput()` from a request that came over the wire. */
  readonly consent: ConsentReference;
  /** Ordered and disjoint; default the whole clip. */
  readonly swapRanges?: readonly SwapRange[];
  /** Must not exist; appears when it is whole and checked, or not at all. */
  readonly outputPath: string;
}

/** What swapping a clip works with; `createPrepareServices()` makes the least of it. */
export type SwapClipServices = Pick<RenderServices, "io" | "mediaIo" | "workers" | "workFolder" | "assertNotRevoked">;

const wholeClip: readonly SwapRange[] = [{ startSeconds: 0, endSeconds: Number.POSITIVE_INFINITY }];

/** For our own file, which may be larger than the one it was made from. */
const noLimits = {
  maxInputBytes: Number.MAX_SAFE_INTEGER,
  maxPixels: Number.MAX_SAFE_INTEGER,
  maxDurationSeconds: Number.MAX_SAFE_INTEGER,
};

/**
 * What an engine worker does: puts the photo's face into a clip, as `render()` does, but for its caller's own
 * pipeline. Every frame stays, at its time; sound (what of it MP4 carries) and frames that need not be coded again
 * are copied byte for byte; the rest is encoded with the pipeline's settings (CRF 18).
 *
 * **The clip carries no label, no watermark and no Content Credentials.** These belong to the pipeline that asked for
 * it, and the clip must not reach anybody before they are there.
 * @throws UnderstudyError `consent-mismatch` for a photo of other bytes, `output-exists`, and every code of the gate, of
 * choosing the person, probing, planning, swapping, stitching and verifying.
 */
export async function swapClip(request: SwapClipRequest, run: Run, services: SwapClipServices): Promise<SwappedClip> {
  const startedAt = performance.now();
  const { io, mediaIo = "auto", workers } = services;
  const { signal } = run;
  const { engineId, limits, outputPath, allowMissingFace } = request;
  await assertEngineAllowed(engineId, request.isCommercial === true);
  const photos: readonly CastPhotos[] = [await takeInPhotos(request, signal)];
  const threads = openFaceThreads({ engineId, cast: photos, photoLimits: limits, mediaIo }, workers);
  const workFolder = await mkdtemp(join(services.workFolder ?? tmpdir(), "understudy-"));
  const onProgress = (stage: Stage) => (done: number, total: number) =>
    run.progress({ stage, done, total, unit: "packets" });
  try {
    const decided = await decide(decisionOf(request), { threads, photos, warm: true }, run, io);
    const { source, plan, index } = decided;
    const working = { ...decided, workFolder, threads };
    const targets = await resolveTargets({ ...working, cast: photos }, run);
    const { tracks } = await analyse({ ...working, targets, drawn: [], allowMissingFace }, run);
    const regions = await swap({ ...working, tracks, marks: "none" }, run);
    await threads.close();
    const finished = {
      io,
      source,
      plan,
      clips: regions.map((region) => region.clip),
      outputPath: join(workFolder, "swapped.mp4"),
      signal,
    };
    const { notes } = await run.step("stitch", () => stitch({ ...finished, onProgress: onProgress("stitch") }));
    await run.step("verify", () => verifyOutput({ ...finished, index, onProgress: onProgress("verify") }));
    const { source: made } = await probeSource(io, finished.outputPath, noLimits, signal);
    return await run.step("deliver", async () => {
      await services.assertNotRevoked?.([request.consent.id]);
      const { sha256, byteLength } = made;
      const file = { key: basename(outputPath), path: made.path, sha256, byteLength, mediaType: "video/mp4" };
      await createDiskStore(dirname(outputPath)).put([file], signal);
      return { ...factsOf(made, regions), notes, seconds: (performance.now() - startedAt) / 1000 };
    });
  } finally {
    await threads.close();
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** Consent is for the photo's bytes; the thread that decodes them compares the hash once more. */
async function takeInPhotos(
  { facePath, person = { kind: "largest" }, consent, limits }: SwapClipRequest,
  signal: AbortSignal,
): Promise<CastPhotos> {
  const maxBytes = Math.min(maxPhotoBytes, limits.maxInputBytes);
  const photoAt = async (path: string, what: string): Promise<Artifact> => {
    const { sha256, byteLength } = await hashFile(path, { maxBytes, what, signal });
    return { key: path, sha256, byteLength, mediaType: "image/*" };
  };
  const face = await photoAt(facePath, "The photo");
  if (face.sha256 !== consent.photoSha256) {
    throw new UnderstudyError("consent-mismatch", `Consent ${consent.id} was given for another photo.`);
  }
  if (person.kind !== "photo") return { person, faces: [face] };
  return { person, faces: [face], reference: await photoAt(person.path, "The photo of the person to replace") };
}

function decisionOf({ clipPath, clipSha256, swapRanges = wholeClip, limits, engineId }: SwapClipRequest): Decision {
  const label = { kind: "delegated", reason: "the pipeline that asked for the clip labels it" } as const;
  const decision: Decision = { sourcePath: clipPath, swapRanges, stitch: "smart", label, limits, engineId };
  return clipSha256 === undefined ? decision : { ...decision, sourceSha256: clipSha256 };
}

function factsOf(
  { sha256, byteLength, video }: SourceMedia,
  regions: readonly SwappedRegion[],
): Omit<SwappedClip, "notes" | "seconds"> {
  const outcomes = regions.flatMap((region) => region.outcomes);
  const frames = outcomes.reduce((sum, outcome) => sum + outcome.frames, 0);
  const framesWithoutFace = outcomes.reduce((sum, outcome) => sum + outcome.withoutFace, 0);
  return {
    sha256,
    byteLength,
    frameCount: video.frameCount,
    framesSwapped: frames - framesWithoutFace,
    framesWithoutFace,
    frameRate: video.frameRate,
    widthPixels: video.widthPixels,
    heightPixels: video.heightPixels,
    engine: regions[0]!.engine,
    quality: summariseQuality(regions.flatMap((region) => region.samples)),
  };
}
