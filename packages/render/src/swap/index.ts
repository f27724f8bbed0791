import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { inLanes } from "#in-lanes.js";
import type { TrackPlace } from "#face-track/track-file.js";
import type { CaptionBurn } from "#model/captions.js";
import type { SourceMedia } from "#model/media.js";
import type { Region, RenderPlan } from "#model/plan.js";
import type { Run } from "#model/run.js";
import type { FacesOrigin } from "./faces-file.js";
import type { FoundFaces } from "./find-kept-faces.js";
import { keepPathOf, keepWhole } from "./keep-whole.js";
import { partIn, type RegionWork, type SegmentOrder, type SwappedRegion, type SwapThreads } from "./region-work.js";

export { originOfCast, type FacesOrigin } from "./faces-file.js";
export { findKeptFaces, type FoundFaces } from "./find-kept-faces.js";
export type { RegionSeconds, SwappedRegion, SwapThreads } from "./region-work.js";

/** What the swap stage needs. */
export interface SwapInput {
  readonly source: SourceMedia;
  readonly plan: RenderPlan;
  readonly origin: FacesOrigin;
  /** By the index of the swap segment: where each cast member is in it. Not for segments whose faces are kept. */
  readonly tracks: Readonly<Record<number, readonly TrackPlace[]>>;
  /** Faces that need not be drawn again. */
  readonly kept: FoundFaces;
  /** Folder that gets the faces of every swap segment, for later renders; made when it is missing. Default: not kept. */
  readonly keepFolder?: string;
  /** Regions whose clips are there already, by index; default none. */
  readonly ready?: ReadonlySet<number>;
  /** Folder for clip files; emptied by the caller. */
  readonly workFolder: string;
  readonly threads: SwapThreads;
  /** The watermark, and with it the plan's label, for every frame that is coded again; see `RegionWork`. */
  readonly marks: { readonly watermarkId: string } | "none";
  /** Captions for the changed regions; default none. */
  readonly captions?: CaptionBurn;
}

/**
 * Puts the faces into every region of the plan, each a child of the run and so a checkpoint of its own. The longest come first, so
 * that no lane works alone at the end; kept regions are only coded again, and carry neither marks nor captions.
 * @throws UnderstudyError whatever a region worker met.
 */
export async function swap(input: SwapInput, run: Run): Promise<SwappedRegion[]> {
  const { plan, source, origin, marks, captions, keepFolder, workFolder, threads, ready = new Set() } = input;
  if (keepFolder !== undefined) await mkdir(keepFolder, { recursive: true });
  const missing = plan.regions.filter(({ index }) => !ready.has(index)).toSorted((a, b) => workIn(b) - workIn(a));
  const total = missing.reduce((sum, region) => sum + framesIn(region), 0);
  const done = plan.regions.map(() => 0);

  const swapped = await inLanes(missing, threads.limit, run.signal, async (region, _, signal) => {
    const clipPath = join(workFolder, `region-${region.index}.clip`);
    const swaps = ordersOf(region, input);
    const work: RegionWork = {
      sourcePath: source.path,
      video: source.video,
      region,
      swaps,
      origin,
      stitch: plan.stitch,
      marks: marks === "none" || region.kind === "kept" ? "none" : { ...marks, labelRanges: plan.labelRanges },
      ...(captions !== undefined && region.kind === "changed" && { captions }),
      clipPath,
    };
    const onFrames = (frames: number): void => {
      done[region.index] = frames;
      run.progress({ stage: "swap", done: done.reduce((a, b) => a + b, 0), total, unit: "frames" });
    };
    const made = await run.child(`swap-region-${region.index}`, () => threads.swapRegion(work, signal, onFrames), [
      clipPath,
      ...swaps.flatMap(({ keepFaces }) => keepFaces ?? []),
    ]);
    onFrames(framesIn(region));
    // Kept by an earlier life, it names that life's place.
    return { ...made, clip: { ...made.clip, path: clipPath } };
  });
  if (keepFolder !== undefined) await run.step("keep-faces", () => keepWhole({ ...input, keepFolder }));
  return swapped.toSorted((a, b) => a.region.index - b.region.index);
}

function framesIn({ startFrame, endFrame }: Region): number {
  return endFrame - startFrame;
}

/** Drawing a frame takes some three times as long as coding it again. */
function workIn(region: Region): number {
  return framesIn(region) * (region.kind === "kept" ? 1 : 3);
}

function ordersOf(region: Region, { plan, kept, keepFolder, workFolder, tracks }: SwapInput): SegmentOrder[] {
  return plan.segments
    .filter((s) => s.treatment === "swap" && s.startFrame < region.endFrame && s.endFrame > region.startFrame)
    .map((segment) => {
      const path = kept.paths[segment.index];
      if (path !== undefined) return { segment, faces: { kind: "kept", path } };
      const faces = { kind: "drawn", tracks: tracks[segment.index] ?? [] } as const;
      if (keepFolder === undefined) return { segment, faces };
      return { segment, faces, keepFaces: keepPathOf(partIn(region, segment), segment, { keepFolder, workFolder }) };
    });
}
