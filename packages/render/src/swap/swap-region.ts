import { createFrameMarker, type FrameMarker } from "#marks/index.js";
import type { MediaIO } from "#media/media-io.js";
import { openRegionReader, type RegionFrame } from "#media/region-reader.js";
import { openRegionWriter, type RegionWriter } from "#media/region-writer.js";
import { ticksToSeconds } from "#media/ticks.js";
import type { PlanarFrame } from "#model/image.js";
import { openDrawnSegment, type DrawTools } from "./drawn-segment.js";
import { openKeptSegment } from "./kept-segment.js";
import type { RegionWork, SegmentOrder, SwappedRegion } from "./region-work.js";
import type { SegmentResult, SegmentWork } from "./segment-work.js";
import type { Stopwatch } from "./stopwatch.js";

/** What a region is swapped with. */
export interface RegionTools {
  readonly io: MediaIO;
  /** Needed unless all faces of the region are kept. */
  readonly draw?: DrawTools;
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
  readonly order: SegmentOrder;
  readonly work: SegmentWork;
  looked: number;
}

/**
 * One frame's life: decode, track, wait for a few successors, draw, measure, mark, encode; where the faces are kept: decode,
 * paste, mark, encode, with the same clip. Display order throughout; at most `lookAheadFrames + 1` frames are alive.
 * @throws KeptFacesUnfit and every code of `FaceRegion`, of reading and of writing.
 */
export async function swapRegion(
  work: RegionWork,
  tools: RegionTools,
  signal: AbortSignal,
  onFrames: (frames: number, total: number) => void,
): Promise<SwappedRegion> {
  const { io, stopwatch } = tools;
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
  const results: SegmentResult[] = [];
  let open: OpenSegment | undefined;
  let marker: FrameMarker | undefined;
  let written = 0;

  const emit = async ({ frame, swapNumber }: WaitingFrame): Promise<void> => {
    try {
      const planes = frame.makeWritable();
      if (swapNumber !== undefined) await open?.work.draw(planes, swapNumber);
      stopwatch.timeSync("mark", () => mark(planes, frame));
      await stopwatch.time("encode", () => writer!.write(frame));
    } finally {
      frame.release();
    }
    written += 1;
    onFrames(written, reader.frameCount);
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
    open.work.finishLooking();
    while (waiting.length > 0) await emit(waiting.shift()!);
    results.push(await open.work.finish());
    await open.work.close();
    open = undefined;
  };

  try {
    writer = await openRegionWriter({ ...task, clipPath: work.clipPath });
    stopwatch.start("decode");
    for await (const frame of reader) {
      stopwatch.stop("decode");
      const order = work.swaps.find(
        ({ segment }) => segment.startFrame <= frame.frameNumber && frame.frameNumber < segment.endFrame,
      );
      if (open !== undefined && open.order !== order) await closeSegment();
      if (order === undefined) {
        await emit({ frame, swapNumber: undefined });
      } else {
        // Held from here on: a segment that does not open must not leak the frame.
        waiting.push({ frame, swapNumber: open?.looked ?? 0 });
        open ??= { order, work: await openSegment(order, work, tools), looked: 0 };
        open.work.look(frame);
        open.looked += 1;
        if (waiting.length > open.work.lookAheadFrames) await emit(waiting.shift()!);
      }
      stopwatch.start("decode");
    }
    await closeSegment();
    const clip = await writer.finish(reader.repeatedFrames);
    return {
      region: work.region,
      engine: work.origin.engine,
      clip,
      outcomes: results.map(({ outcome }) => outcome),
      samples: results.flatMap(({ samples }) => samples),
      keptFrames: results.reduce((sum, { keptFrames }) => sum + keptFrames, 0),
      seconds: stopwatch.seconds(),
    };
  } finally {
    for (const { frame } of waiting) frame.release();
    reader.close();
    await open?.work.close();
    await writer?.close();
  }
}

function openSegment(
  { segment, keepFaces, keptFaces }: SegmentOrder,
  work: RegionWork,
  { draw, stopwatch }: RegionTools,
): Promise<SegmentWork> {
  const { origin } = work;
  if (keptFaces !== undefined) return openKeptSegment(segment, keptFaces, origin, stopwatch, keepFaces);
  if (draw === undefined) throw new Error("a segment without kept faces needs an engine");
  const keep = keepFaces === undefined ? undefined : { path: keepFaces, origin };
  return openDrawnSegment(segment, draw, work, stopwatch, keep);
}
