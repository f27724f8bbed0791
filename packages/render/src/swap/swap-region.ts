import type { FaceEngine, FaceReference, FaceRegion } from "#engines/face-engine.js";
import { createFrameMarker, type FrameMarker } from "#marks/index.js";
import type { MediaIO } from "#media/media-io.js";
import { openRegionReader, type RegionFrame } from "#media/region-reader.js";
import { openRegionWriter, type RegionWriter } from "#media/region-writer.js";
import { ticksToSeconds } from "#media/ticks.js";
import type { PlanarFrame } from "#model/image.js";
import type { Segment } from "#model/plan.js";
import type { QualityProbe } from "#quality/index.js";
import type { Stopwatch } from "./stopwatch.js";
import {
  faceMissing,
  maxMissingShare,
  minSeenShare,
  type RegionWork,
  type SegmentOutcome,
  type SwappedRegion,
} from "./region-work.js";

/** What a region is swapped with; loaded once a thread. */
export interface RegionTools {
  readonly io: MediaIO;
  readonly engine: FaceEngine;
  readonly face: FaceReference;
  readonly probe: QualityProbe;
  readonly stopwatch: Stopwatch;
}

/** A frame on its way from decoder to encoder. */
interface WaitingFrame {
  readonly frame: RegionFrame;
  /** Number inside its swap segment; undefined for frames that are coded again only because of their neighbours. */
  readonly swapNumber: number | undefined;
}

/** One swap segment while its frames pass. */
interface OpenSegment {
  readonly segment: Segment;
  readonly face: FaceRegion;
  tracked: number;
  withoutFace: number;
}

/**
 * One frame's life: decode, track, wait for a few successors, draw, measure, mark, encode. Display order throughout; at most
 * `lookAheadFrames + 1` frames are alive.
 */
export async function swapRegion(
  work: RegionWork,
  tools: RegionTools,
  signal: AbortSignal,
  onFrames: (frames: number, total: number) => void,
): Promise<SwappedRegion> {
  const { io, engine, face, probe, stopwatch } = tools;
  const task = {
    io,
    sourcePath: work.sourcePath,
    trackIndex: work.video.index,
    region: work.region,
    stitch: work.stitch,
    signal,
  };
  const reader = await openRegionReader(task);
  let writer: RegionWriter | undefined;
  const waiting: WaitingFrame[] = [];
  const outcomes: SegmentOutcome[] = [];
  let open: OpenSegment | undefined;
  let marker: FrameMarker | undefined;
  let written = 0;

  const emit = async ({ frame, swapNumber }: WaitingFrame): Promise<void> => {
    try {
      const planes = frame.makeWritable();
      if (swapNumber !== undefined && open !== undefined) draw(planes, frame.frameNumber, swapNumber, open.face);
      stopwatch.timeSync("mark", () => mark(planes, frame));
      await stopwatch.time("encode", () => writer!.write(frame));
    } finally {
      frame.release();
    }
    written += 1;
    onFrames(written, reader.frameCount);
  };
  const draw = (planes: PlanarFrame, frameNumber: number, number: number, region: FaceRegion): void => {
    const isSampled = stopwatch.timeSync("measure", () => probe.before(planes, frameNumber));
    const drawn = stopwatch.timeSync("draw", () => region.draw(planes, number));
    stopwatch.timeSync("measure", () => probe.after(planes, drawn, isSampled));
  };
  const mark = (planes: PlanarFrame, { frameNumber, decoded }: RegionFrame): void => {
    if (work.marks === "none") return;
    const { widthPixels, heightPixels } = planes;
    const { rotation, timeBase } = work.video;
    marker ??= createFrameMarker({ ...work.marks, widthPixels, heightPixels, rotation });
    marker.mark(planes, frameNumber, ticksToSeconds(decoded.ptsTicks, timeBase));
  };
  const closeSegment = async (): Promise<void> => {
    if (open === undefined) return;
    open.face.finishTracking();
    while (waiting.length > 0) await emit(waiting.shift()!);
    outcomes.push({ segmentIndex: open.segment.index, frames: open.tracked, withoutFace: open.withoutFace });
    open = undefined;
  };

  try {
    writer = await openRegionWriter({ ...task, clipPath: work.clipPath });
    stopwatch.start("decode");
    for await (const frame of reader) {
      stopwatch.stop("decode");
      const segment = work.swaps.find((s) => s.startFrame <= frame.frameNumber && frame.frameNumber < s.endFrame);
      if (open !== undefined && open.segment !== segment) await closeSegment();
      if (segment === undefined) {
        await emit({ frame, swapNumber: undefined });
      } else {
        open ??= { segment, face: engine.openRegion(face, work.video.rotation), tracked: 0, withoutFace: 0 };
        waiting.push({ frame, swapNumber: open.tracked });
        track(frame, open);
        if (waiting.length > open.face.lookAheadFrames) await emit(waiting.shift()!);
      }
      stopwatch.start("decode");
    }
    await closeSegment();
    const clip = await writer.finish(reader.repeatedFrames);
    return {
      region: work.region,
      engine: { id: engine.id, weights: engine.weights },
      clip,
      outcomes,
      samples: probe.samples(),
      seconds: stopwatch.seconds(),
    };
  } finally {
    for (const { frame } of waiting) frame.release();
    reader.close();
    await writer?.close();
  }

  function track(frame: RegionFrame, into: OpenSegment): void {
    const sighting = stopwatch.timeSync("track", () => into.face.track(frame.picture));
    into.tracked += 1;
    if (sighting !== undefined) return;
    into.withoutFace += 1;
    failEarly(into, work.allowMissingFace);
  }
}

/** Ends the work as soon as the segment can no longer pass: the face is there, and is missing too often. */
function failEarly({ segment, tracked, withoutFace }: OpenSegment, allowMissingFace: boolean): void {
  const frames = segment.endFrame - segment.startFrame;
  const isSeen = tracked - withoutFace > frames * minSeenShare;
  if (allowMissingFace || !isSeen || withoutFace <= frames * maxMissingShare) return;
  throw faceMissing(segment, `more than ${maxMissingShare * 100} % of the ${frames} frames`);
}
