import { createFrameMarker, type FrameMarker } from "#marks/index.js";
import type { MediaIO } from "#media/media-io.js";
import { openRegionReader, type RegionFrame } from "#media/region-reader.js";
import { openRegionWriter, type RegionWriter } from "#media/region-writer.js";
import { ticksToSeconds } from "#media/ticks.js";
import type { PlanarFrame } from "#model/image.js";
import type { FrameRange } from "#model/plan.js";
import type { Stopwatch } from "#stopwatch.js";
import { createCaptionBurner } from "./caption-burner.js";
import { openDrawnSegment, type DrawTools } from "./drawn-segment.js";
import { partIn, type regionParts, type RegionWork, type SegmentOrder, type SwappedRegion } from "./region-work.js";
import type { SegmentResult, SegmentWork } from "./segment-work.js";

/** What a region is swapped with. */
export interface RegionTools {
  readonly io: MediaIO;
  /** Needed unless all faces of the region are kept. */
  readonly draw?: DrawTools;
  readonly stopwatch: Stopwatch<(typeof regionParts)[number]>;
}

/** The part of a swap segment that lies in the region, while its frames pass. */
interface OpenSegment {
  readonly order: SegmentOrder;
  readonly work: SegmentWork;
}

/**
 * One frame's life: decode, draw, measure, mark, caption, encode; where the faces are kept: decode, paste, mark, caption, encode,
 * with the same clip. Display order throughout; one frame is alive.
 * @param onFrames told how many frames were written.
 * @throws UnderstudyError every code of `FaceRegion`, of reading and of writing.
 */
export async function swapRegion(
  work: RegionWork,
  tools: RegionTools,
  signal: AbortSignal,
  onFrames: (frames: number) => void,
): Promise<Omit<SwappedRegion, "seconds">> {
  const { io, stopwatch } = tools;
  const { sourcePath, region, stitch } = work;
  const task = { io, sourcePath, trackIndex: work.video.index, region, stitch, signal };
  const reader = await openRegionReader(task);
  let writer: RegionWriter | undefined;
  const results: SegmentResult[] = [];
  let open: OpenSegment | undefined;
  let marker: FrameMarker | undefined;
  const captions = work.captions && createCaptionBurner(io, work.captions, work.video.rotation);
  let written = 0;

  const mark = (planes: PlanarFrame, { frameNumber, decoded }: RegionFrame): void => {
    if (work.marks === "none") return;
    const { widthPixels, heightPixels } = planes;
    const { rotation, timeBase } = work.video;
    marker ??= createFrameMarker({ ...work.marks, widthPixels, heightPixels, rotation });
    marker.mark(planes, frameNumber, ticksToSeconds(decoded.ptsTicks, timeBase));
  };
  const finishSegment = async (): Promise<void> => {
    if (open === undefined) return;
    results.push(await open.work.finish());
    await open.work.close();
    open = undefined;
  };
  const pass = async (frame: RegionFrame): Promise<void> => {
    const { frameNumber } = frame;
    const order = work.swaps.find(({ segment }) => holds(segment, frameNumber));
    if (open?.order !== order) await finishSegment();
    if (order !== undefined) open ??= { order, work: await openSegment(order, work, tools) };
    // A frame stands for the time in which it is shown: drawn for its middle, a word lights up half a frame from when it is heard at most.
    const middleSeconds = frame.filmSeconds + 0.5 / work.video.frameRate;
    const isCaptioned = captions?.isShownAt(middleSeconds) === true;
    if (open === undefined && work.marks === "none" && !isCaptioned)
      return stopwatch.time("encode", () => writer!.write(frame));
    const planes = frame.makeWritable();
    await open?.work.draw(planes, frameNumber - open.order.segment.startFrame);
    stopwatch.timeSync("mark", () => mark(planes, frame));
    if (isCaptioned) await stopwatch.time("caption", () => captions.burn(planes, middleSeconds));
    await stopwatch.time("encode", () => writer!.write(frame));
  };

  try {
    writer = await openRegionWriter({ ...task, video: work.video, clipPath: work.clipPath, times: reader.times });
    stopwatch.start("decode");
    for await (const frame of reader) {
      stopwatch.stop("decode");
      await pass(frame).finally(() => frame.release());
      onFrames(++written);
      stopwatch.start("decode");
    }
    await finishSegment();
    const clip = await writer.finish(reader.repeatedFrames);
    return {
      region,
      engine: work.origin.engine,
      clip,
      outcomes: results.map(({ outcome }) => outcome),
      samples: results.flatMap(({ samples }) => samples),
      keptFrames: results.reduce((sum, { keptFrames }) => sum + keptFrames, 0),
    };
  } finally {
    reader.close();
    captions?.close();
    await open?.work.close();
    await writer?.close();
  }
}

function holds({ startFrame, endFrame }: FrameRange, frameNumber: number): boolean {
  return startFrame <= frameNumber && frameNumber < endFrame;
}

async function openSegment(
  { segment, faces, keepFaces }: SegmentOrder,
  work: RegionWork,
  { draw, stopwatch }: RegionTools,
): Promise<SegmentWork> {
  const { origin } = work;
  const part = { segment, ...partIn(work.region, segment) };
  if (faces.kind === "kept") {
    // With what it parses files by, loading it takes 60 ms; threads that draw need none of it.
    const { openKeptSegment } = await import("./kept-segment.js");
    return openKeptSegment(part, faces.path, origin, stopwatch);
  }
  if (draw === undefined) throw new Error("a segment without kept faces needs an engine");
  const keep = keepFaces === undefined ? undefined : { path: keepFaces, origin };
  return openDrawnSegment({ ...part, tracks: faces.tracks, ...(keep && { keep }) }, draw, work, stopwatch);
}
