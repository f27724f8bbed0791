import type { CodedPacket, MediaInput, PictureDecoder, TrackFacts } from "#media/media-io.js";
import { ticksToSeconds } from "#media/ticks.js";
import { createTurns } from "#media/turns.js";
import { UnderstudyError } from "#model/errors.js";
import { digestOf } from "./digest.js";
import type { FilmPart } from "./film-parts.js";
import type { Entry, VerifyInput } from "./verify-input.js";

/** What the output holds. */
export interface Found {
  readonly pictureDigests: string[];
  /** Presentation seconds of visible frames, ascending. */
  readonly pictureSeconds: number[];
  /** All sound tracks, in track order; those encoded anew among them. */
  readonly sound: Entry[][];
  /** `avcC` contents. */
  readonly configuration: Uint8Array;
  readonly decodedFrames: number;
  readonly decodeErrors: number;
  /** Frames whose packets are a template's. */
  readonly templateFrames: number;
  /** Frames whose packets are the source's and were not decoded. */
  readonly undecodedFrames: number;
}

/** Reads the output once, and decodes of each part what it asks for. */
export async function readOutput(task: VerifyInput, parts: readonly FilmPart[], progress: () => void): Promise<Found> {
  const input = await task.io.openInput(task.outputPath);
  let decoding: Decoding | undefined;
  try {
    const track = input.tracks.find(({ kind, isCoverArt }) => kind === "video" && !isCoverArt);
    if (track === undefined)
      throw new UnderstudyError("verification-failed", "The finished file has no picture track.");
    const sound = new Map<number, Entry[]>();
    for (const other of input.tracks) if (other.kind === "audio") sound.set(other.index, []);
    input.select([track.index, ...sound.keys()]);
    decoding = createDecoding(input, track, task);
    const pictureDigests: string[] = [];
    const pictureSeconds: number[] = [];
    const waiting = [...parts];
    let part: FilmPart | undefined;
    let templateFrames = 0;
    let undecodedFrames = 0;
    const turn = createTurns(task.signal);
    for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
      progress();
      await turn();
      const digest = digestOf(packet.payload);
      const { timeBase } = input.tracks[packet.trackIndex] ?? track;
      const seconds = ticksToSeconds(packet.ptsTicks, timeBase);
      const entries = sound.get(packet.trackIndex);
      if (entries !== undefined) {
        entries.push({ digest, seconds });
        continue;
      }
      if (part === undefined || pictureDigests.length >= part.endPacket) {
        part = waiting.shift() ?? part;
        await decoding.end();
        for (const sample of part?.known ?? []) task.marks?.addHash?.(sample);
      }
      const isDecoded = part === undefined || pictureDigests.length < part.endDecoded;
      pictureDigests.push(digest);
      if (!packet.isHidden) pictureSeconds.push(seconds);
      if (isDecoded) await decoding.send(packet);
      else if (part?.known !== undefined) templateFrames++;
      else if (!packet.isHidden) undecodedFrames++;
    }
    await decoding.end();
    pictureSeconds.sort((left, right) => left - right);
    const { configuration } = track;
    const counts = { ...decoding.counts(), templateFrames, undecodedFrames };
    return { pictureDigests, pictureSeconds, sound: [...sound.values()], configuration, ...counts };
  } finally {
    decoding?.close();
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
  let decoding: Decoding | undefined;
  try {
    const track = input.tracks[source.video.index];
    if (track === undefined) throw new UnderstudyError("no-video-track", "The source has lost its picture track.");
    input.select([track.index]);
    decoding = createDecoding(input, track, { convert: true });
    const turn = createTurns(signal);
    for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
      await decoding.send(packet);
      await turn();
    }
    await decoding.end();
    return decoding.counts();
  } finally {
    decoding?.close();
    input.close();
  }
}

/** Decodes packets in stretches that know nothing of each other, and counts. */
interface Decoding {
  send(packet: CodedPacket): Promise<void>;
  /** Ends a stretch: all its frames come out. */
  end(): Promise<void>;
  counts(): Pick<Found, "decodedFrames" | "decodeErrors">;
  close(): void;
}

function createDecoding(
  input: MediaInput,
  { index, timeBase }: TrackFacts,
  { marks, signal, convert = false }: Pick<VerifyInput, "marks" | "signal"> & { readonly convert?: boolean },
): Decoding {
  let decoder: PictureDecoder | undefined;
  let decodedFrames = 0;
  let decodeErrors = 0;
  const turn = createTurns(signal);
  const receive = async (from: PictureDecoder): Promise<void> => {
    for (let decoded = await from.receive(); decoded !== undefined; decoded = await from.receive()) {
      const seconds = ticksToSeconds(decoded.ptsTicks, timeBase);
      if (marks?.wants(seconds) === true) marks.add(decoded.planes, seconds);
      decoded.release();
      decodedFrames++;
      await turn();
    }
  };
  return {
    async send(packet) {
      decoder ??= input.openDecoder(index, { threads: 0, strict: true, convert });
      await decoder.send(packet);
      await receive(decoder);
    },
    async end() {
      if (decoder === undefined) return;
      await decoder.send(undefined);
      await receive(decoder);
      decodeErrors += decoder.errorCount;
      decoder.close();
      decoder = undefined;
    },
    counts: () => ({ decodedFrames, decodeErrors }),
    close: () => decoder?.close(),
  };
}
