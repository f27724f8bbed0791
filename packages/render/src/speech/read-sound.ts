import { basename } from "node:path";
import { UnderstudyError } from "#model/errors.js";
import { defaultLimits } from "#model/request.js";
import type { MediaInput, MediaIO, SoundDecoder, TrackFacts } from "#media/media-io.js";
import { readMp4Claims } from "#media/mp4-claims.js";
import { maxPacketsFor, tooManyPackets } from "#media/packet-limit.js";
import { ticksToSeconds } from "#media/ticks.js";
import { createTurns } from "#media/turns.js";

/** How sound is read. */
export interface ReadSoundOptions {
  readonly sampleRateHz: number;
  /** Longest sound that is read, inclusive. */
  readonly maxSeconds: number;
  readonly signal: AbortSignal;
}

/**
 * Decodes the first sound track of any file to one channel, -1 to 1. Sample 0 is the moment that a player shows as 0:00.
 * @throws UnderstudyError `file-missing`, `unreadable-media`, `no-speech` without a sound track, `input-too-long`; the signal's
 * reason after a cancel.
 */
export async function readSound(io: MediaIO, path: string, options: ReadSoundOptions): Promise<Float32Array> {
  const maxPackets = maxPacketsFor(defaultLimits);
  // Comes before FFmpeg opens the file, which makes room for all that an MP4's tables announce.
  const claims = await readMp4Claims(path, options.signal);
  if (claims.packets > maxPackets) throw tooManyPackets(path, maxPackets);
  const input = await io.openInput(path);
  let decoder: SoundDecoder | undefined;
  try {
    const track = input.tracks.find(({ kind }) => kind === "audio");
    if (track === undefined) throw new UnderstudyError("no-speech", `${basename(path)} has no sound track.`);
    input.select([track.index]);
    decoder = input.openSoundDecoder(track.index, options.sampleRateHz);
    return await decode(input, track, decoder, options);
  } finally {
    decoder?.close();
    input.close();
  }
}

async function decode(
  input: MediaInput,
  track: TrackFacts,
  decoder: SoundDecoder,
  { sampleRateHz, maxSeconds, signal }: ReadSoundOptions,
): Promise<Float32Array> {
  const sound = createGrowing();
  const turn = createTurns(signal);
  let isFirst = true;
  for (let isEnded = false; !isEnded;) {
    const packet = await input.read();
    isEnded = packet === undefined;
    await decoder.send(packet);
    for (let block = await decoder.receive(); block !== undefined; block = await decoder.receive()) {
      // A track may begin after the picture, or with samples that are decoded and not heard.
      if (isFirst)
        sound.skip(Math.round((ticksToSeconds(block.ptsTicks, track.timeBase) - input.zeroSeconds) * sampleRateHz));
      isFirst = false;
      sound.add(toMono(block.samples, decoder.channelCount));
      if (sound.length() <= maxSeconds * sampleRateHz) continue;
      const message = `${basename(input.path)} is longer than ${maxSeconds} s.`;
      throw new UnderstudyError("input-too-long", message, {
        hint: "Cut the recording into parts, each with its own text.",
      });
    }
    await turn();
  }
  return sound.finish();
}

function toMono(interleaved: Float32Array, channelCount: number): Float32Array {
  if (channelCount === 1) return interleaved;
  return Float32Array.from(
    { length: interleaved.length >> 1 },
    (_, i) => (interleaved[2 * i]! + interleaved[2 * i + 1]!) / 2,
  );
}

/** Samples of a number that is not known before. */
function createGrowing() {
  let room = new Float32Array(1 << 16);
  let length = 0;
  let dropped = 0;
  return {
    length: () => length,
    /** @param count silent samples in front; below 0: the next samples to leave out. */
    skip(count: number) {
      if (count < 0) dropped = -count;
      else this.add(new Float32Array(count));
    },
    add(block: Float32Array) {
      const kept = block.subarray(Math.min(dropped, block.length));
      dropped -= block.length - kept.length;
      if (length + kept.length > room.length) {
        const larger = new Float32Array(2 * (length + kept.length));
        larger.set(room.subarray(0, length));
        room = larger;
      }
      room.set(kept, length);
      length += kept.length;
    },
    finish: () => room.slice(0, length),
  };
}
