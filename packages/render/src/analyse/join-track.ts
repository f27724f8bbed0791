import { meanStep } from "#face-mesh/mesh-measures.js";
import { openTrackFile, type TrackFile } from "#face-track/track-reader.js";
import { openTrackWriter, type TrackWriter } from "#face-track/track-writer.js";
import { createTurns } from "#media/turns.js";
import type { TrackedFrame } from "#model/face-track.js";
import type { FrameRange } from "#model/plan.js";
import type { Stopwatch } from "#stopwatch.js";
import type { analyseParts, JoinWork } from "./analyse-work.js";
import { findOccluders } from "./find-occluders.js";
import { openSkinReader, type SkinReader } from "./skin-file.js";

/**
 * Mean landmark step over the border of two parts, in interocular distances, below which the second goes on with the first one's
 * run. A cut between two shots that moves the face less than this does no harm to smoothing.
 */
const smallStep = 0.1;

/** A part of the segment: frames, from 0 at the segment's first, and what was found in them. */
export interface OpenPart extends FrameRange {
  readonly track: TrackFile;
  readonly skin: SkinReader;
}

/**
 * Puts the parts of a track together, a run going on over a border where the face hardly moved, and finds what is in front of the
 * face over the whole segment.
 * @throws UnderstudyError `disk-full`, `output-write-failed`; Error for a part that is missing.
 */
export async function joinTrack(
  { key, parts, path }: JoinWork,
  stopwatch: Stopwatch<(typeof analyseParts)[number]>,
  signal: AbortSignal,
): Promise<void> {
  const writer = await openTrackWriter(path, key);
  const opened: OpenPart[] = [];
  try {
    for (const part of parts) opened.push(openPart(part, key));
    const runs = await stopwatch.time("track", () => copyFrames(opened, writer, signal));
    const usualLuma = await stopwatch.time("occlude", () => findOccluders({ parts: opened, runs }, writer, signal));
    await writer.finish(usualLuma);
  } finally {
    for (const { track, skin } of opened) {
      track.close();
      skin.close();
    }
    await writer.close();
  }
}

/** @returns the run of each frame of the segment, 0 without a face. */
async function copyFrames(parts: readonly OpenPart[], writer: TrackWriter, signal: AbortSignal): Promise<Uint32Array> {
  const turn = createTurns(signal);
  const runs = new Uint32Array(parts.at(-1)?.endFrame ?? 0);
  let last: TrackedFrame | undefined;
  let lastRun = 0;
  for (const { track, startFrame } of parts) {
    const first = track.tracked(0);
    const goesOn = first !== undefined && last !== undefined && meanStep(last.mesh, first.mesh) <= smallStep;
    const runsBefore = goesOn ? last!.run - first.run : lastRun;
    for (let n = 0; n < track.frameCount; n++) {
      await turn();
      const found = track.tracked(n);
      last = found && { mesh: found.mesh, run: found.run + runsBefore };
      lastRun = Math.max(lastRun, last?.run ?? 0);
      runs[startFrame + n] = last?.run ?? 0;
      await writer.append(last);
    }
  }
  return runs;
}

function openPart(
  { startFrame, endFrame, trackPath, skinPath }: JoinWork["parts"][number],
  key: JoinWork["key"],
): OpenPart {
  const track = openTrackFile(trackPath, { ...key, startFrame, endFrame });
  if (track === undefined) throw new Error("a part of a track is missing or damaged");
  const range = { startFrame: startFrame - key.startFrame, endFrame: endFrame - key.startFrame };
  return { ...range, track, skin: openSkinReader(skinPath) };
}
