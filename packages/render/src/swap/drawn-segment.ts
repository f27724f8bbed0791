import type { FaceEngine, FaceReference } from "#engines/face-engine.js";
import { openTrackFile, type TrackFile } from "#face-track/track-reader.js";
import type { TrackPlace } from "#face-track/track-file.js";
import type { PixelBox } from "#model/image.js";
import type { FrameRange, Segment } from "#model/plan.js";
import type { PhotoIdentity, QualityMeter } from "#quality/index.js";
import type { Stopwatch } from "#stopwatch.js";
import type { FacesOrigin } from "./faces-file.js";
import { openFacesWriter } from "./faces-writer.js";
import type { regionParts, RegionWork } from "./region-work.js";
import type { SegmentWork } from "./segment-work.js";

/** What faces are drawn with; loaded once a thread. */
export interface DrawTools {
  readonly engine: FaceEngine;
  readonly meter: QualityMeter;
  /** Whose faces are drawn, in the order of the tracks. */
  readonly cast: readonly LoadedFace[];
}

/** The photos of one cast member as one thread read them for all: plain data in memory, never kept. */
export interface LoadedFace {
  readonly face: FaceReference;
  readonly identity: PhotoIdentity | undefined;
}

/** A part of a segment, and the tracks of the whole of it. */
export interface DrawnPart extends FrameRange {
  readonly segment: Segment;
  readonly tracks: readonly TrackPlace[];
  /** Where the drawn faces are kept; default: they are not. */
  readonly keep?: { readonly path: string; readonly origin: FacesOrigin };
}

/** A part of a segment whose faces the engine draws, each member's in turn. */
export async function openDrawnSegment(
  part: DrawnPart,
  { engine, meter, cast }: DrawTools,
  { video }: Pick<RegionWork, "video">,
  stopwatch: Stopwatch<(typeof regionParts)[number]>,
): Promise<SegmentWork> {
  const { segment, startFrame, endFrame, keep } = part;
  const tracks = part.tracks.map(openTrack);
  const members = stopwatch.timeSync("draw", () =>
    tracks.map((track, i) => {
      const { face, identity } = cast[i]!;
      return { region: engine.openRegion(face, track, video.rotation), probe: meter.openProbe(identity) };
    }),
  );
  const writer = keep && (await openFacesWriter(keep.path));
  let withoutFace = 0;
  return {
    async draw(planes, n) {
      let changed: PixelBox | undefined;
      for (const { region, probe } of members) {
        const isSampled = stopwatch.timeSync("measure", () => probe.before(planes, segment.startFrame + n));
        const drawn = await stopwatch.time("draw", () => region.draw(planes, n));
        await stopwatch.time("measure", () => probe.after(planes, drawn, isSampled));
        changed = around(changed, drawn?.box);
      }
      if (!tracks.some((track) => track.isSeen(n))) withoutFace += 1;
      await stopwatch.time("keep", async () => writer?.append(planes, changed));
    },
    async finish() {
      const samples = members.flatMap(({ probe }) => probe.samples());
      if (keep !== undefined) {
        const faceFacts = cast.map(({ face }) => face.facts);
        const facts = { origin: keep.origin, startFrame, endFrame, faceFacts, withoutFace, samples };
        await stopwatch.time("keep", async () => writer?.finish(facts));
      }
      const outcome = { segmentIndex: segment.index, frames: endFrame - startFrame, withoutFace };
      return { outcome, samples, keptFrames: 0 };
    },
    async close() {
      for (const { region } of members) region.close?.();
      for (const track of tracks) track.close();
      await writer?.close();
    },
  };
}

function openTrack({ path, key }: TrackPlace): TrackFile {
  const track = openTrackFile(path, key);
  if (track === undefined) throw new Error("the track of a segment is missing or damaged");
  return track;
}

/** The box around both. */
function around(one: PixelBox | undefined, other: PixelBox | undefined): PixelBox | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}
