import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { UnderstudyError } from "#model/errors.js";
import type { SourceMedia } from "#model/media.js";
import type { Region, RenderPlan } from "#model/plan.js";
import type { Run } from "#model/run.js";
import type { FaceThreads } from "./face-threads.js";
import { facesPath, type FacesOrigin } from "./faces-file.js";
import type { FoundFaces } from "./find-kept-faces.js";
import {
  faceMissing,
  maxMissingShare,
  minSeenShare,
  type SegmentOrder,
  type SegmentOutcome,
  type SwappedRegion,
} from "./region-work.js";

export { openFaceThreads, type FaceThreads } from "./face-threads.js";
export type { FacesOrigin } from "./faces-file.js";
export { findKeptFaces, type FoundFaces } from "./find-kept-faces.js";
export type { RegionSeconds, SegmentOutcome, SwappedRegion } from "./region-work.js";

/** What the swap stage needs. */
export interface SwapInput {
  readonly source: SourceMedia;
  readonly plan: RenderPlan;
  readonly origin: FacesOrigin;
  /** Faces that need not be drawn again. */
  readonly kept: FoundFaces;
  /** Folder that gets the faces of every swap segment, for later renders; made when it is missing. Default: not kept. */
  readonly keepFolder?: string;
  /** Folder for clip files; emptied by the caller. */
  readonly workFolder: string;
  readonly threads: FaceThreads;
  /** The watermark, and with it the plan's label, for every frame that is coded again; see `RegionWork`. */
  readonly marks: { readonly watermarkId: string } | "none";
  readonly allowMissingFace: boolean;
}

/**
 * Puts the face into every region of the plan, each a child of the run and so a checkpoint of its own.
 * @throws UnderstudyError `no-face-in-video`, `face-missing`, and whatever a region worker met.
 */
export async function swap(input: SwapInput, run: Run): Promise<SwappedRegion[]> {
  const { plan, source, origin, marks, allowMissingFace } = input;
  if (input.keepFolder !== undefined) await mkdir(input.keepFolder, { recursive: true });
  const total = plan.regions.reduce((sum, region) => sum + region.endFrame - region.startFrame, 0);
  const done = plan.regions.map(() => 0);
  const siblings = new AbortController();
  const signal = AbortSignal.any([run.signal, siblings.signal]);

  const swapRegion = async (region: Region): Promise<SwappedRegion> => {
    const clipPath = join(input.workFolder, `region-${region.index}.clip`);
    const swaps = ordersOf(region, input);
    const swapOne = () =>
      input.threads.swapRegion(
        {
          sourcePath: source.path,
          video: source.video,
          region,
          swaps,
          origin,
          stitch: plan.stitch,
          marks: marks === "none" ? marks : { ...marks, labelRanges: plan.labelRanges },
          clipPath,
          allowMissingFace,
        },
        signal,
        (frames) => {
          done[region.index] = frames;
          run.progress({ stage: "swap", done: done.reduce((a, b) => a + b, 0), total, unit: "frames" });
        },
      );
    const swapped = await run.child(`swap-region-${region.index}`, swapOne, [
      clipPath,
      ...swaps.flatMap(({ keepFaces }) => keepFaces ?? []),
    ]);
    done[region.index] = region.endFrame - region.startFrame;
    // Kept by an earlier life, it names that life's place.
    return { ...swapped, clip: { ...swapped.clip, path: clipPath } };
  };

  const waiting = [...plan.regions];
  const finished: SwappedRegion[] = [];
  const lane = async (): Promise<void> => {
    for (let region = waiting.shift(); region !== undefined; region = waiting.shift()) {
      finished.push(await swapRegion(region));
    }
  };
  const lanes = Array.from({ length: Math.min(input.threads.limit, plan.regions.length) }, lane);
  try {
    await Promise.all(lanes);
  } catch (thrown) {
    siblings.abort(thrown);
    await Promise.allSettled(lanes);
    throw thrown;
  }
  finished.sort((a, b) => a.region.index - b.region.index);
  judgeMissing(
    finished.flatMap((region) => region.outcomes),
    plan,
    allowMissingFace,
  );
  return finished;
}

function ordersOf(region: Region, { plan, kept, keepFolder }: SwapInput): SegmentOrder[] {
  return plan.segments
    .filter((s) => s.treatment === "swap" && s.startFrame < region.endFrame && s.endFrame > region.startFrame)
    .map((segment) => {
      const keptFaces = kept.paths[segment.index];
      return {
        segment,
        ...(keepFolder !== undefined && { keepFaces: facesPath(keepFolder, segment) }),
        ...(keptFaces !== undefined && { keptFaces }),
      };
    });
}

function judgeMissing(outcomes: readonly SegmentOutcome[], plan: RenderPlan, allowMissingFace: boolean): void {
  const seenShare = allowMissingFace ? 0 : minSeenShare;
  if (outcomes.every(({ frames, withoutFace }) => frames - withoutFace <= frames * seenShare)) {
    throw new UnderstudyError("no-face-in-video", "No face was found in any of the chosen segments.");
  }
  if (allowMissingFace) return;
  for (const { segmentIndex, frames, withoutFace } of outcomes) {
    if (withoutFace <= frames * maxMissingShare) continue;
    throw faceMissing(plan.segments[segmentIndex]!, `${withoutFace} of ${frames} frames`);
  }
}
