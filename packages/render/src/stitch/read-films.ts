import type { MediaInput, PictureDecoder, TrackFacts } from "#media/media-io.js";
import { ticksToSeconds } from "#media/ticks.js";
import type { MarkReader } from "#marks/index.js";
import { createTurns } from "#media/turns.js";
import { UnderstudyError } from "#model/errors.js";
import type { FrameIndex } from "#model/media.js";
import { digestOf } from "./digest.js";
import { createPacketFates } from "./kept-packets.js";
import type { OpenedClips } from "./open-clips.js";
import { storedSound, treatmentOf } from "./sound-treatment.js";
import type { StitchInput } from "./stitch.js";

/** What verification needs. */
export interface VerifyInput extends Omit<StitchInput, "onProgress"> {
  readonly index: FrameIndex;
  /** Looks at decoded frames of the output, in display order. */
  readonly marks?: Pick<MarkReader, "wants" | "add">;
  /** Packets checked, and how many there are in both files; the last call says that all are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What the output must hold. */
export interface Expected {
  /** Digest of each picture packet, decode order. */
  readonly picture: { readonly digest: string; readonly isKept: boolean }[];
  /** Copied sound tracks, in track order. */
  readonly sound: Entry[][];
}

/** What the output holds. */
export interface Found {
  readonly pictureDigests: string[];
  /** Presentation seconds of visible frames, ascending. */
  readonly pictureSeconds: number[];
  /** All sound tracks, in track order; those encoded anew among them. */
  readonly sound: Entry[][];
  readonly decodedFrames: number;
  readonly decodeErrors: number;
}

/** A packet of sound: 22 characters of its digest and the second it is heard at. */
export interface Entry {
  readonly digest: string;
  readonly seconds: number;
}

/** Reads the source once and says what the output must hold. */
export async function readExpected(task: VerifyInput, clips: OpenedClips, progress: () => void): Promise<Expected> {
  const { io, source, plan, signal } = task;
  const input = await io.openInput(source.path);
  try {
    const sound = new Map<number, { track: TrackFacts; entries: Entry[] }>();
    for (const track of input.tracks) {
      if (track.kind === "audio" && treatmentOf(track) === "copy") sound.set(track.index, { track, entries: [] });
    }
    input.select([source.video.index, ...sound.keys()]);
    const picture: Expected["picture"] = [];
    const fateOf = createPacketFates(plan);
    const turn = createTurns(signal);
    for (let packet = input.read(); packet !== undefined; packet = input.read()) {
      progress();
      await turn();
      const other = sound.get(packet.trackIndex);
      if (other !== undefined) {
        const digest = digestOf(storedSound(other.track, packet.payload));
        other.entries.push({ digest, seconds: secondsOf(input, other.track, packet.ptsTicks) });
        continue;
      }
      const fate = fateOf(packet);
      if (fate.kind === "keep") picture.push({ digest: digestOf(packet.payload), isKept: true });
      if (fate.kind === "replace") {
        picture.push({ digest: digestOf(await clips.of(fate.region).readPayload(fate.number)), isKept: false });
      }
    }
    return { picture, sound: [...sound.values()].map(({ entries }) => entries) };
  } finally {
    input.close();
  }
}

/** Reads and decodes the output once. */
export async function readOutput(task: VerifyInput, progress: () => void): Promise<Found> {
  const input = await task.io.openInput(task.outputPath);
  let decoder: PictureDecoder | undefined;
  try {
    const track = input.tracks.find(({ kind, isCoverArt }) => kind === "video" && !isCoverArt);
    if (track === undefined)
      throw new UnderstudyError("verification-failed", "The finished file has no picture track.");
    const sound = new Map<number, Entry[]>();
    for (const other of input.tracks) if (other.kind === "audio") sound.set(other.index, []);
    input.select([track.index, ...sound.keys()]);
    decoder = input.openDecoder(track.index, { threads: 0, strict: true });
    const pictureDigests: string[] = [];
    const pictureSeconds: number[] = [];
    let decodedFrames = 0;
    const turn = createTurns(task.signal);
    const countDecoded = async () => {
      for (let decoded = decoder?.receive(); decoded !== undefined; decoded = decoder?.receive()) {
        const seconds = ticksToSeconds(decoded.ptsTicks, track.timeBase);
        if (task.marks?.wants(seconds) === true) task.marks.add(decoded.planes, seconds);
        decoded.release();
        decodedFrames++;
        await turn();
      }
    };
    for (let packet = input.read(); packet !== undefined; packet = input.read()) {
      progress();
      await turn();
      const entries = sound.get(packet.trackIndex);
      if (entries !== undefined) {
        const seconds = ticksToSeconds(packet.ptsTicks, input.tracks[packet.trackIndex]?.timeBase ?? track.timeBase);
        entries.push({ digest: digestOf(packet.payload), seconds });
        continue;
      }
      pictureDigests.push(digestOf(packet.payload));
      if (!packet.isHidden) pictureSeconds.push(ticksToSeconds(packet.ptsTicks, track.timeBase));
      decoder.send(packet);
      await countDecoded();
    }
    decoder.send(undefined);
    await countDecoded();
    pictureSeconds.sort((left, right) => left - right);
    const decodeErrors = decoder.errorCount;
    return { pictureDigests, pictureSeconds, sound: [...sound.values()], decodedFrames, decodeErrors };
  } finally {
    decoder?.close();
    input.close();
  }
}

/** A damaged source hands its damage on with the packets it keeps; that is no fault of the stitching. */
export async function decodeSource({
  io,
  source,
  signal,
}: VerifyInput): Promise<Pick<Found, "decodedFrames" | "decodeErrors">> {
  const input = await io.openInput(source.path);
  let decoder: PictureDecoder | undefined;
  try {
    input.select([source.video.index]);
    decoder = input.openDecoder(source.video.index, { threads: 0, strict: true, convert: true });
    const turn = createTurns(signal);
    let decodedFrames = 0;
    for (let isEnded = false; !isEnded;) {
      const packet = input.read();
      isEnded = packet === undefined;
      decoder.send(packet);
      for (let decoded = decoder.receive(); decoded !== undefined; decoded = decoder.receive()) {
        decoded.release();
        decodedFrames++;
      }
      await turn();
    }
    return { decodedFrames, decodeErrors: decoder.errorCount };
  } finally {
    decoder?.close();
    input.close();
  }
}

function secondsOf(input: MediaInput, track: TrackFacts, ticks: number): number {
  return ticksToSeconds(ticks, track.timeBase) - input.zeroSeconds;
}
