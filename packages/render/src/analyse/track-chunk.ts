import type { MediaIO } from "#media/media-io.js";
import { openRegionReader, type RegionFrame } from "#media/region-reader.js";
import type { Stopwatch } from "#stopwatch.js";
import type { analyseParts, ChunkWork, PieceOrder } from "./analyse-work.js";
import { failEarly } from "./missing-faces.js";
import type { SeenFace } from "./followed-face.js";
import { createPeopleTracker, type PersonInFrame, type TrackerNets } from "./people-tracker.js";
import { personKey } from "./person-target.js";
import { openSkinWriter, type SkinWriter } from "./skin-file.js";
import { createFaceSkin, unwrapFace, type FaceSkin } from "./unwrap-face.js";
import { openTrackWriter, type TrackWriter } from "#face-track/track-writer.js";

/** What a chunk is looked at with. */
export interface ChunkTools {
  readonly io: MediaIO;
  readonly nets: TrackerNets;
  readonly stopwatch: Stopwatch<(typeof analyseParts)[number]>;
}

/**
 * Decodes one run of packets and writes a track for each piece and person. One frame is alive at a time, and decoding ends with the
 * last piece.
 * @param onFrames told how many frames of pieces were looked at so far.
 * @throws UnderstudyError `face-missing`, and every code of reading and writing.
 */
export async function trackChunk(
  work: ChunkWork,
  { io, nets, stopwatch }: ChunkTools,
  signal: AbortSignal,
  onFrames: (frames: number) => void,
): Promise<void> {
  const { sourcePath, video, region, stitch, pieces } = work;
  const reader = await openRegionReader({ io, sourcePath, trackIndex: video.index, region, stitch, signal });
  const end = pieces.at(-1)?.endFrame ?? 0;
  let open: OpenPiece | undefined;
  let frames = 0;
  const finishPiece = async (): Promise<void> => {
    await open?.finish();
    open = undefined;
  };
  const look = async (frame: RegionFrame): Promise<void> => {
    const order = pieces.find((piece) => piece.startFrame <= frame.frameNumber && frame.frameNumber < piece.endFrame);
    if (open?.order !== order) await finishPiece();
    if (order === undefined) return;
    open ??= await openPiece(order, work, nets);
    await open.look(frame, stopwatch);
    onFrames(++frames);
  };
  try {
    stopwatch.start("decode");
    for await (const frame of reader) {
      stopwatch.stop("decode");
      await look(frame).finally(() => frame.release());
      if (frame.frameNumber + 1 >= end) break;
      stopwatch.start("decode");
    }
    await finishPiece();
  } finally {
    reader.close();
    await open?.close();
  }
}

/** A piece while its frames pass. */
interface OpenPiece {
  readonly order: PieceOrder;
  look(frame: RegionFrame, stopwatch: ChunkTools["stopwatch"]): Promise<void>;
  finish(): Promise<void>;
  close(): Promise<void>;
}

async function openPiece(
  order: PieceOrder,
  { video, origin, allowMissingFace }: ChunkWork,
  nets: TrackerNets,
): Promise<OpenPiece> {
  const { segment, startFrame, endFrame, targets, places } = order;
  const tracker = createPeopleTracker(nets, targets, (-video.rotation * Math.PI) / 180);
  const skins = new WeakMap<SeenFace, FaceSkin>();
  const writers: { readonly track: TrackWriter; readonly skin: SkinWriter }[] = [];
  for (const [i, target] of targets.entries()) {
    const { trackPath, skinPath } = places[i]!;
    const key = { ...origin, person: personKey(target), startFrame, endFrame };
    writers.push({ track: await openTrackWriter(trackPath, key), skin: await openSkinWriter(skinPath) });
  }
  let looked = 0;
  let withoutFace = 0;
  const write = async (people: readonly (PersonInFrame | undefined)[]): Promise<void> => {
    for (const [i, writer] of writers.entries()) {
      const person = people[i];
      await writer.track.append(person && { mesh: person.seen.mesh, run: person.run });
      await writer.skin.append(person && skins.get(person.seen));
    }
    looked += 1;
    if (people.some((person) => person !== undefined)) return;
    withoutFace += 1;
    if (!allowMissingFace) failEarly(segment, looked, withoutFace);
  };
  return {
    order,
    async look({ picture }, stopwatch) {
      const seen = await stopwatch.time("track", () => tracker.look(picture));
      stopwatch.timeSync("occlude", () => {
        for (const face of seen) {
          const skin = createFaceSkin();
          unwrapFace(picture, face.mesh, skin);
          skins.set(face, skin);
        }
      });
      for (const people of tracker.settle(false)) await write(people);
    },
    async finish() {
      for (const people of tracker.settle(true)) await write(people);
      for (const { track, skin } of writers) await Promise.all([track.finish(), skin.finish()]);
    },
    async close() {
      for (const { track, skin } of writers) await Promise.all([track.close(), skin.close()]);
    },
  };
}
