import type { RgbImage } from "#model/image.js";
import { UnderstudyError } from "#model/errors.js";
import { planarToRgb } from "./colour-conversion.js";
import { cutsToDecodeFrom } from "./frame-index.js";
import { createCutScan } from "./h264/cut-scan.js";
import type { DecodedPicture, MediaIO, PictureDecoder } from "./media-io.js";
import { createPacketTable, notePacket } from "./packet-table.js";
import { openPictureTrack, type PictureTrack } from "./region-source.js";
import { rotateImage } from "./rotate-image.js";
import { createTurns } from "./turns.js";

/** How frames are grabbed. */
export interface GrabSettings {
  /** Stream number of the picture track; default the first that is not a cover picture. */
  readonly trackIndex?: number;
  readonly signal?: AbortSignal;
}

/** Packets from one clean keyframe to the next, and the frames they hold; the last one has no end. */
interface Group {
  readonly startFrame: number;
  readonly endFrame: number;
  readonly endPacket: number;
}

/**
 * Decodes chosen frames as upright RGB, in the order asked for. The file is read up to the last of them; groups of
 * pictures that hold none of them are passed over undecoded.
 * @param frameNumbers visible frame numbers in display order; numbers behind the end give the last frame.
 * @throws UnderstudyError `unreadable-media`, `no-video-track`, `cancelled`.
 */
export async function grabFrames(
  io: MediaIO,
  path: string,
  frameNumbers: readonly number[],
  settings: GrabSettings = {},
): Promise<RgbImage[]> {
  const wanted = [...new Set(frameNumbers)].toSorted((left, right) => left - right);
  const last = wanted.at(-1) ?? -1;
  const trackIndex = settings.trackIndex ?? (await firstPictureTrack(io, path));
  const turn = createTurns(settings.signal);
  const groups = await findGroups(io, path, trackIndex, last, turn);
  const { input, track } = await openPictureTrack(io, path, trackIndex);
  const images = new Map<number, RgbImage>();
  const open = () => input.openDecoder(track.index, { convert: true, threads: 0 });
  const upright = (decoded: DecodedPicture) => rotateImage(planarToRgb(decoded.planes), track.picture.rotation);
  let decoder: PictureDecoder | undefined;
  let latest: DecodedPicture | undefined;
  /** Number of the next frame that the decoder gives, and the first one that it will not be asked for. */
  let number = 0;
  let endFrame = 0;
  const collect = async () => {
    for (let decoded = await decoder?.receive(); decoded !== undefined; decoded = await decoder?.receive()) {
      if (wanted.includes(number)) images.set(number, upright(decoded));
      number++;
      latest?.release();
      latest = decoded;
      await turn();
    }
  };
  const finish = async () => {
    await decoder?.send(undefined);
    await collect();
    decoder?.close();
    decoder = undefined;
    // Frames behind the end of the film, or lost to damage, show the last one before them.
    for (const frame of wanted) {
      if (frame >= number && frame < endFrame && latest !== undefined) images.set(frame, upright(latest));
    }
    number = endFrame;
  };
  try {
    for (let packetNumber = 0, at = 0; images.size < wanted.length; packetNumber++) {
      const packet = await input.read();
      if (packet === undefined) break;
      if (packetNumber >= (groups[at]?.endPacket ?? Number.POSITIVE_INFINITY)) at++;
      const group = groups[at];
      if (group === undefined || !wanted.some((frame) => frame >= group.startFrame && frame < group.endFrame)) {
        await finish();
        await turn();
        continue;
      }
      if (decoder === undefined) {
        decoder = open();
        number = group.startFrame;
      }
      endFrame = group.endFrame;
      await decoder.send(packet);
      await collect();
    }
    if (images.size < wanted.length) await finish();
  } finally {
    latest?.release();
    decoder?.close();
    input.close();
  }
  return frameNumbers.map((frame) => {
    const image = images.get(frame);
    if (image === undefined)
      throw new UnderstudyError("unreadable-media", `Frame ${frame} of ${path} could not be read.`);
    return image;
  });
}

/** Frames that a packet may come ahead of its place in display order, with room: H.264 and HEVC allow 16. */
const maxReorderFrames = 32;

/** Up to this frame, decoding from the start costs less than looking for groups. */
const fewFrames = 50;

/** Groups up to frame `last`; one group where nothing can be passed over. */
async function findGroups(
  io: MediaIO,
  path: string,
  trackIndex: number,
  last: number,
  turn: () => Promise<void> | undefined,
): Promise<Group[]> {
  const start = { packet: 0, frame: 0 };
  const cuts = last < fewFrames ? [] : await findCuts(io, path, trackIndex, last, turn);
  const starts = cuts[0]?.packet === 0 ? cuts : [start, ...cuts];
  return starts.map(({ frame }, place) => ({
    startFrame: frame,
    endPacket: starts[place + 1]?.packet ?? Number.POSITIVE_INFINITY,
    endFrame: starts[place + 1]?.frame ?? Number.POSITIVE_INFINITY,
  }));
}

async function findCuts(
  io: MediaIO,
  path: string,
  trackIndex: number,
  last: number,
  turn: () => Promise<void> | undefined,
) {
  const { input, track } = await openPictureTrack(io, path, trackIndex);
  try {
    // A deinterlacer looks at the frames before, so it must not start anywhere.
    if (track.picture.isInterlaced) return [];
    const table = createPacketTable();
    const idrPackets: number[] = [];
    const startsGroup = groupStartTest(track);
    let visible = 0;
    for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
      await turn();
      if (startsGroup(packet.payload, packet.isKeyframe)) idrPackets.push(table.ptsTicks.length);
      notePacket(table, packet);
      if (!packet.isHidden && ++visible > last + maxReorderFrames) break;
    }
    return cutsToDecodeFrom({ table, idrPackets });
  } finally {
    input.close();
  }
}

/** H.264 keyframes that are no IDR pictures may be followed by frames that refer to what came before. */
function groupStartTest(track: PictureTrack): (payload: Uint8Array, isKeyframe: boolean) => boolean {
  if (track.codec !== "h264") return (_, isKeyframe) => isKeyframe;
  const scan = createCutScan(track.configuration);
  return (payload) => scan.look(payload);
}

async function firstPictureTrack(io: MediaIO, path: string): Promise<number> {
  const input = await io.openInput(path);
  try {
    return input.tracks.findIndex((track) => track.kind === "video" && !track.isCoverArt);
  } finally {
    input.close();
  }
}
