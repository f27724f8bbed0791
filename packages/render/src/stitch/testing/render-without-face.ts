import type { ClipFile } from "#media/clip-file.js";
import type { MediaIO } from "#media/media-io.js";
import { probeSource, type ProbedSource } from "#media/probe.js";
import { openRegionReader } from "#media/region-reader.js";
import { openRegionWriter } from "#media/region-writer.js";
import type { VerificationReport } from "#model/manifest.js";
import type { PlanarFrame } from "#model/image.js";
import type { FrameIndex } from "#model/media.js";
import type { RenderPlan, SwapRange } from "#model/plan.js";
import { stitch, type StitchOutcome } from "#stitch/stitch.js";
import { verifyOutput } from "#stitch/verify.js";

/** Everything a render without a face makes. */
export interface RenderedWithoutFace extends ProbedSource {
  readonly plan: RenderPlan;
  readonly clips: readonly ClipFile[];
  readonly outcome: StitchOutcome;
  readonly report: VerificationReport;
}

const limits = { maxInputBytes: 1e9, maxPixels: 1e7, maxDurationSeconds: 600 };

/** The data's way with `draw` in place of the swap, from probing to the verified file. */
export async function renderWithoutFace(
  io: MediaIO,
  path: string,
  outputPath: string,
  range: readonly [startSeconds: number, endSeconds: number],
  draw: (planes: PlanarFrame, frameNumber: number) => void,
  plan: (index: FrameIndex, range: SwapRange) => RenderPlan,
): Promise<RenderedWithoutFace> {
  const { source, index } = await probeSource(io, path, limits);
  const [startSeconds, endSeconds] = range;
  const decided = plan(index, { startSeconds, endSeconds });
  const isSwapped = (frame: number) =>
    decided.segments.some((one) => one.treatment === "swap" && frame >= one.startFrame && frame < one.endFrame);
  const clips: ClipFile[] = [];
  for (const region of decided.regions) {
    const { video } = source;
    const task = { io, sourcePath: path, trackIndex: video.index, video, region, stitch: decided.stitch };
    const reader = await openRegionReader(task);
    const writer = await openRegionWriter({ ...task, clipPath: `${outputPath}.${region.index}.clip` });
    try {
      for await (const frame of reader) {
        if (isSwapped(frame.frameNumber)) draw(frame.makeWritable(), frame.frameNumber);
        await writer.write(frame);
        frame.release();
      }
      clips.push(await writer.finish(reader.repeatedFrames));
    } finally {
      reader.close();
      await writer.close();
    }
  }
  const outcome = await stitch({ io, source, plan: decided, clips, outputPath });
  const report = await verifyOutput({ io, source, plan: decided, index, clips, outputPath });
  return { source, index, plan: decided, clips, outcome, report };
}
