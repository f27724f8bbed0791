import { rm } from "node:fs/promises";
import { join } from "node:path";
import { trackName } from "#face-track/track-file.js";
import { inLanes } from "#in-lanes.js";
import type { Segment } from "#model/plan.js";
import type { Run } from "#model/run.js";
import { templateName } from "#templates/template-store.js";
import { analyseParts, type AnalyseSeconds, type ChunkWork, type JoinWork } from "./analyse-work.js";
import { findLargest } from "./find-largest.js";
import type { AnalyseInput, Analysis } from "./index.js";
import type { PersonTarget } from "./person-target.js";
import { planChunks } from "./plan-chunks.js";

/** What nothing to do takes. */
export const noSeconds: AnalyseSeconds = { load: 0, decode: 0, track: 0, occlude: 0 };

/**
 * Looks at these segments, and leaves their tracks at their places, and in the template. Runs of packets are children of the run,
 * named by their frames: another life may cut others. Joining them is done again.
 */
export async function makeTracks(
  segments: readonly Segment[],
  tracks: Analysis["tracks"],
  input: AnalyseInput,
  run: Run,
): Promise<AnalyseSeconds> {
  const { threads, templates } = input;
  const chunks = worksOf(segments, await targetsOf(segments, input, run), input);
  const total = segments.reduce((sum, { startFrame, endFrame }) => sum + endFrame - startFrame, 0);
  const done = chunks.map(() => 0);
  const tell = (chunk: number, frames: number): void => {
    done[chunk] = frames;
    run.progress({ stage: "analyse", done: done.reduce((a, b) => a + b, 0), total, unit: "frames" });
  };
  const tracked = await inLanes(chunks, threads.limit, run.signal, async (work, chunk, signal) => {
    const { startFrame, endFrame } = rangeOf(work);
    const places = work.pieces.flatMap((piece) => piece.places);
    const files = places.flatMap(({ trackPath, skinPath }) => [trackPath, skinPath]);
    const seconds = await run.child(
      `analyse-${startFrame}-${endFrame}`,
      () => threads.trackChunk(work, signal, (frames) => tell(chunk, frames)),
      files,
    );
    tell(
      chunk,
      work.pieces.reduce((sum, piece) => sum + piece.endFrame - piece.startFrame, 0),
    );
    return seconds;
  });
  const joins = joinsOf(segments, tracks, chunks);
  const joined = await inLanes(joins, threads.limit, run.signal, async (work, _, signal) => {
    const seconds = await run.step("join-track", () => threads.joinTrack(work, signal));
    for (const { trackPath, skinPath } of work.parts) await Promise.all([rm(trackPath), rm(skinPath)]);
    await templates?.keep(templateName(work.key.sourceSha256, trackName(work.key)), work.path, signal);
    return seconds;
  });
  return addUp([...tracked, ...joined]);
}

/** Whom to follow in each segment, by its index: the largest face is another one's in another segment. */
async function targetsOf(
  segments: readonly Segment[],
  input: AnalyseInput,
  run: Run,
): Promise<ReadonlyMap<number, readonly PersonTarget[]>> {
  const { targets } = input;
  const isLargest = targets.length === 1 && targets[0]!.kind === "largest";
  const largest = isLargest ? await findLargest(segments, input, run) : [];
  return new Map(segments.map(({ index }, i) => [index, isLargest ? [largest[i]!] : targets]));
}

function worksOf(
  segments: readonly Segment[],
  targets: ReadonlyMap<number, readonly PersonTarget[]>,
  input: AnalyseInput,
): ChunkWork[] {
  const { source, index, plan, allowMissingFace, workFolder, threads } = input;
  return planChunks(index, segments, threads.limit).map(({ region, pieces }) => ({
    sourcePath: source.path,
    video: source.video,
    region,
    stitch: plan.stitch,
    origin: originOf(input),
    allowMissingFace,
    pieces: pieces.map((piece) => ({
      ...piece,
      targets: targets.get(piece.segment.index)!,
      places: input.targets.map((_, person) => {
        const path = join(workFolder, `part-${piece.startFrame}-${piece.endFrame}-${person}`);
        return { trackPath: `${path}.track`, skinPath: `${path}.skin` };
      }),
    })),
  }));
}

function rangeOf({ pieces }: ChunkWork): { startFrame: number; endFrame: number } {
  return { startFrame: pieces[0]!.startFrame, endFrame: pieces.at(-1)!.endFrame };
}

function joinsOf(segments: readonly Segment[], tracks: Analysis["tracks"], chunks: readonly ChunkWork[]): JoinWork[] {
  const pieces = chunks.flatMap((chunk) => chunk.pieces);
  return segments.flatMap((segment) =>
    tracks[segment.index]!.map(({ key, path }, person) => ({
      key,
      path,
      parts: pieces
        .filter((piece) => piece.segment.index === segment.index)
        .map(({ startFrame, endFrame, places }) => ({ startFrame, endFrame, ...places[person]! })),
    })),
  );
}

/** What the tracks of a render follow from, but for the person. */
export function originOf({ source, plan }: AnalyseInput): ChunkWork["origin"] {
  return {
    sourceSha256: source.sha256,
    trackIndex: source.video.index,
    isConverted: plan.stitch.mode !== "smart",
  };
}

function addUp(all: readonly AnalyseSeconds[]): AnalyseSeconds {
  const sum = { ...noSeconds };
  for (const seconds of all) for (const part of [...analyseParts, "load"] as const) sum[part] += seconds[part];
  return sum;
}
