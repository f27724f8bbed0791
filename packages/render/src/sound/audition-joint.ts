import type { MediaInput, MediaIO, NewPacket, TrackFacts } from "#media/media-io.js";
import { ticksToSeconds } from "#media/ticks.js";
import { packetSamples } from "./own-sound.js";

/** A joint that is tried. Packets count from the first one of the stretch. */
export interface Audition {
  /** File that is written for it. */
  readonly path: string;
  /** The film, and its track. */
  readonly input: MediaInput;
  readonly track: TrackFacts;
  /** First packet of the new encoder (`start`), or first of the film's behind it (`end`). */
  readonly joint: number;
  readonly side: "start" | "end";
  /** What is to be heard, interleaved. */
  readonly mixed: Float32Array;
  /** The film's packets. */
  readonly own: readonly NewPacket[];
  /** The new encoder's. */
  readonly ours: readonly (Uint8Array | undefined)[];
}

/** Packets in front of a joint and behind it that are written: the decoder has settled, and there is something to compare with. */
export const aroundPackets = 6;

/** A joint may be off by four times what coding itself changes beside it: some 6 dB, over 20 ms. */
const overCoding = 4;
/** Mean square of an error that nobody hears: -66 dB of full scale. */
const inaudible = 2.5e-7;

/**
 * Writes a few packets on both sides of a joint as they would lie in the film, decodes them, and compares the packet in which both
 * encoders overlap with what is to be heard.
 * @returns whether nobody would hear the joint.
 */
export async function auditionJoint(io: MediaIO, audition: Audition): Promise<boolean> {
  const { joint, side, mixed, track } = audition;
  const from = Math.max(0, joint - aroundPackets);
  await writeAround(io, audition, from);
  const heard = await decodeAround(io, audition);
  const length = packetSamples * track.sound!.channelCount;
  const errorAt = (packet: number) => {
    let error = 0;
    for (let i = 0; i < length; i++) {
      const off = (heard[(packet - from) * length + i] ?? 0) - (mixed[packet * length + i] ?? 0);
      error += off * off;
    }
    return error / length;
  };
  const beside = side === "start" ? [joint + 1, joint + 2, joint + 3] : [joint - 3, joint - 2, joint - 1];
  const coding = beside.reduce((sum, packet) => sum + errorAt(packet), 0) / beside.length;
  return errorAt(joint) <= Math.max(inaudible, overCoding * coding);
}

async function writeAround(io: MediaIO, audition: Audition, from: number): Promise<void> {
  const { path, input, track, joint, side, own, ours } = audition;
  const output = await io.openOutput(path);
  try {
    const added = output.addCopy(input, track.index);
    await output.start();
    for (const [at, packet] of own.slice(from, joint + aroundPackets).entries()) {
      const number = from + at;
      const isOurs = side === "start" ? number >= joint : number < joint;
      const payload = (isOurs ? ours[number] : undefined) ?? packet.payload;
      await output.write(added, { ...packet, payload }, -own[from]!.ptsTicks);
    }
    await output.finish();
  } finally {
    output.close();
  }
}

async function decodeAround(io: MediaIO, { path, track }: Audition): Promise<Float32Array> {
  const { sampleRateHz, channelCount } = track.sound!;
  const input = await io.openInput(path);
  const decoder = input.openSoundDecoder(0, sampleRateHz);
  try {
    const heard = new Float32Array(2 * aroundPackets * packetSamples * channelCount);
    const { timeBase } = input.tracks[0]!;
    const receive = async () => {
      for (let block = await decoder.receive(); block !== undefined; block = await decoder.receive()) {
        const seconds = ticksToSeconds(block.ptsTicks, timeBase) - input.zeroSeconds;
        const at = Math.round((seconds * sampleRateHz) / packetSamples) * packetSamples * channelCount;
        if (at >= 0 && at < heard.length) heard.set(block.samples.subarray(0, heard.length - at), at);
      }
    };
    for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
      await decoder.send(packet);
      await receive();
    }
    await decoder.send(undefined);
    await receive();
    return heard;
  } finally {
    decoder.close();
    input.close();
  }
}
