import type { FaceEngine, FaceReference } from "#engines/face-engine.js";
import type { Segment } from "#model/plan.js";
import type { QualityProbe } from "#quality/index.js";
import type { FacesOrigin } from "./faces-file.js";
import { openFacesWriter } from "./faces-writer.js";
import { faceMissing, maxMissingShare, minSeenShare, type RegionWork } from "./region-work.js";
import type { SegmentWork } from "./segment-work.js";
import type { Stopwatch } from "./stopwatch.js";

/** What faces are drawn with; loaded once a thread. */
export interface DrawTools {
  readonly engine: FaceEngine;
  readonly face: FaceReference;
  readonly probe: QualityProbe;
}

/** A segment whose faces the engine draws; they are kept at `keepPath` when there is one. */
export async function openDrawnSegment(
  segment: Segment,
  { engine, face, probe }: DrawTools,
  work: Pick<RegionWork, "video" | "allowMissingFace">,
  stopwatch: Stopwatch,
  keep?: { readonly path: string; readonly origin: FacesOrigin },
): Promise<SegmentWork> {
  const { index: segmentIndex, startFrame, endFrame } = segment;
  const region = engine.openRegion(face, work.video.rotation);
  const writer = keep && (await openFacesWriter(keep.path));
  let frames = 0;
  let withoutFace = 0;
  return {
    lookAheadFrames: region.lookAheadFrames,
    look(frame) {
      const sighting = stopwatch.timeSync("track", () => region.track(frame.picture));
      frames += 1;
      if (sighting !== undefined) return;
      withoutFace += 1;
      failEarly(segment, frames, withoutFace, work.allowMissingFace);
    },
    finishLooking: () => region.finishTracking(),
    async draw(planes, n) {
      const isSampled = stopwatch.timeSync("measure", () => probe.before(planes, startFrame + n));
      const drawn = stopwatch.timeSync("draw", () => region.draw(planes, n));
      stopwatch.timeSync("measure", () => probe.after(planes, drawn, isSampled));
      await stopwatch.time("keep", async () => writer?.append(planes, drawn?.box));
    },
    async finish() {
      const isOfSegment = (frameNumber: number) => startFrame <= frameNumber && frameNumber < endFrame;
      const samples = probe.samples().filter(({ frameNumber }) => isOfSegment(frameNumber));
      if (keep !== undefined) {
        const facts = { origin: keep.origin, startFrame, endFrame, faceFacts: face.facts, withoutFace, samples };
        await stopwatch.time("keep", async () => writer?.finish(facts));
      }
      return { outcome: { segmentIndex, frames, withoutFace }, samples, keptFrames: 0 };
    },
    close: async () => writer?.close(),
  };
}

/** Ends the work as soon as the segment can no longer pass: the face is there, and is missing too often. */
function failEarly(segment: Segment, looked: number, withoutFace: number, allowMissingFace: boolean): void {
  const frames = segment.endFrame - segment.startFrame;
  const isSeen = looked - withoutFace > frames * minSeenShare;
  if (allowMissingFace || !isSeen || withoutFace <= frames * maxMissingShare) return;
  throw faceMissing(segment, `more than ${maxMissingShare * 100} % of the ${frames} frames`);
}
