import { rm } from "node:fs/promises";
import { join } from "node:path";
import { trackName, type TrackPlace } from "#face-track/track-file.js";
import { isWholeTrack, openTrackFile } from "#face-track/track-reader.js";
import type { SegmentOutcome } from "#model/face-track.js";
import type { FrameIndex, SourceMedia } from "#model/media.js";
import type { RenderPlan, Segment } from "#model/plan.js";
import type { Run } from "#model/run.js";
import { templateName, type TemplateStore } from "#templates/template-store.js";
import type { AnalyseSeconds, AnalyseThreads } from "./analyse-work.js";
import type { PeopleThreads } from "./look-in-lanes.js";
import { makeTracks, noSeconds, originOf } from "./make-tracks.js";
import { judgeMissing } from "./missing-faces.js";
import { personKey, type PersonTarget } from "./person-target.js";

export type { AnalyseSeconds, AnalyseThreads } from "./analyse-work.js";
export type { PersonTarget } from "./person-target.js";
export { listPeople, type ListInput } from "./list-people.js";
export type { PeopleThreads } from "./look-in-lanes.js";
export type { ListedPerson, PeopleListing } from "./people-listing.js";
export { resolveTargets, type ResolveInput, type ResolveThreads } from "./resolve-targets.js";

/** What the stage needs. */
export interface AnalyseInput {
  readonly source: SourceMedia;
  readonly index: FrameIndex;
  readonly plan: RenderPlan;
  /** Whom to find, at least one, each once; the order of the cast. */
  readonly targets: readonly PersonTarget[];
  /** Swap segments that need no drawing: how they fared when they were drawn. They are judged, and not looked at. */
  readonly drawn: readonly SegmentOutcome[];
  readonly allowMissingFace: boolean;
  /** Folder for tracks; emptied by the caller. */
  readonly workFolder: string;
  readonly threads: AnalyseThreads & PeopleThreads;
  /** Where tracks of this source may lie from an earlier render, and are left for the next. Default: neither. */
  readonly templates?: TemplateStore;
}

/** What the swap stage draws from; plain data. */
export interface Analysis {
  /** By the index of the swap segment; one track a target. */
  readonly tracks: Readonly<Record<number, readonly TrackPlace[]>>;
  readonly seconds: AnalyseSeconds;
}

/**
 * Finds the cast in every frame of every swap segment, before anything is drawn, and writes down where they are: one track a person
 * and segment. What is found depends on the video and on no photo that is drawn, so that tracks serve every later render of it.
 * @throws UnderstudyError `no-face-in-video`, `face-missing`, and whatever a thread met.
 */
export async function analyse(input: AnalyseInput, run: Run): Promise<Analysis> {
  const { plan, drawn, allowMissingFace } = input;
  const swaps = plan.segments.filter(
    ({ index, treatment }) => treatment === "swap" && !drawn.some(({ segmentIndex }) => segmentIndex === index),
  );
  const tracks = Object.fromEntries(swaps.map((segment) => [segment.index, tracksOf(segment, input)]));
  const missing: Segment[] = [];
  for (const segment of swaps) {
    if (!(await takeFromTemplate(tracks[segment.index]!, input, run.signal))) missing.push(segment);
  }
  const seconds = missing.length === 0 ? noSeconds : await makeTracks(missing, tracks, input, run);
  const found = swaps.map((segment) => outcomeOf(segment, tracks[segment.index]!));
  judgeMissing([...found, ...drawn].toSorted(bySegment), plan.segments, allowMissingFace);
  return { tracks, seconds };
}

const bySegment = (a: SegmentOutcome, b: SegmentOutcome): number => a.segmentIndex - b.segmentIndex;

function tracksOf({ startFrame, endFrame }: Segment, input: AnalyseInput): TrackPlace[] {
  return input.targets.map((target) => {
    const key = { ...originOf(input), person: personKey(target), startFrame, endFrame };
    return { key, path: join(input.workFolder, trackName(key)) };
  });
}

/** Whether all tracks of a segment were kept, and are at their places. */
async function takeFromTemplate(
  tracks: readonly TrackPlace[],
  { templates }: AnalyseInput,
  signal: AbortSignal,
): Promise<boolean> {
  if (templates === undefined) return false;
  for (const { key, path } of tracks) {
    const name = templateName(key.sourceSha256, trackName(key));
    if ((await templates.fetch(name, path, signal)) && (await isWholeTrack(path, key, signal))) continue;
    // It may be a link to what is kept: a new one is written beside it, never into it.
    for (const taken of tracks) await rm(taken.path, { force: true });
    return false;
  }
  return true;
}

/** Counts the frames in which nobody of the cast was found. */
function outcomeOf({ index, startFrame, endFrame }: Segment, tracks: readonly TrackPlace[]): SegmentOutcome {
  const files = tracks.map(({ path, key }) => openTrackFile(path, key));
  const frames = endFrame - startFrame;
  let withoutFace = 0;
  for (let n = 0; n < frames; n++) if (!files.some((file) => file?.isSeen(n))) withoutFace += 1;
  for (const file of files) file?.close();
  return { segmentIndex: index, frames, withoutFace };
}
