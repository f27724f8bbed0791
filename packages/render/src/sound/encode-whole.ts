import type { MediaInput, SoundDecoder, SoundEncoder, TrackFacts } from "#media/media-io.js";
import { SoundClipWriter } from "#media/sound-clip.js";
import { ticksToSeconds } from "#media/ticks.js";
import { createTurns } from "#media/turns.js";
import type { SoundReport } from "#model/manifest.js";
import { joinSounds } from "./join-sounds.js";
import type { MixedSound, MixOrder } from "./mix-speech.js";
import { levelSpeech } from "./speech-level.js";
import { mixWindow, windowsOf, type Mixing, type MixWindow } from "./speech-mix.js";
import { createTruePeakMeter, decibelsOf } from "./true-peak.js";

/** Why a whole track is encoded. */
interface WholeTrack extends Pick<SoundReport, "treatment" | "reason"> {
  /** Absent: the film has no sound. */
  readonly trackIndex?: number;
}

/** Sampling rates of AAC in MP4; sound of other rates gets this one. */
const aacRates = new Set([96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000]);
const otherwiseHz = 48_000;

/** A hole in the sound longer than this is filled with silence, so what follows stays in place. */
const gapSeconds = 0.05;

/** Silence is made in blocks of this many samples. */
const silentBlock = 1 << 16;

/** Encodes a whole sound track with the speech in it, or makes one of silence and speech. */
export async function encodeWhole(order: MixOrder, { trackIndex, ...why }: WholeTrack): Promise<MixedSound> {
  const { io, source, clipPath } = order;
  const input = trackIndex === undefined ? undefined : await io.openInput(source.path);
  let decoder: SoundDecoder | undefined;
  let encoder: SoundEncoder | undefined;
  const writer = await SoundClipWriter.create(clipPath);
  try {
    const rate = (trackIndex !== undefined && input?.tracks[trackIndex]?.sound?.sampleRateHz) || otherwiseHz;
    const sampleRateHz = aacRates.has(rate) ? rate : otherwiseHz;
    if (input !== undefined && trackIndex !== undefined) {
      input.select([trackIndex]);
      decoder = input.openSoundDecoder(trackIndex, sampleRateHz);
    }
    const channelCount = decoder?.channelCount === 1 ? 1 : 2;
    const bitRate = channelCount === 1 ? 96_000 : 160_000;
    encoder = await io.openSoundEncoder({ sampleRateHz, channelCount, bitRate });
    const { speeches, loudnessLufs } = levelSpeech(order.passages, { sampleRateHz, channelCount });
    const mixing: Mixing = { sampleRateHz, channelCount, underSpeech: order.underSpeech };
    const coding = createCoding(encoder, writer);
    const mixer = createStreamMixer(windowsOf(speeches, sampleRateHz), mixing, coding.send);
    const opened = input && decoder && { input, decoder, track: input.tracks[trackIndex!]! };
    const startSamples = await feed(order, opened, mixer, sampleRateHz);
    const packets = await coding.finish();
    const clip = await writer.finish({ kind: "whole", sampleRateHz, channelCount, bitRate, startSamples, packets });
    return {
      clip: { ...clip, ...(trackIndex !== undefined && { trackIndex }) },
      report: {
        ...why,
        encodedSeconds: coding.sentSamples() / channelCount / sampleRateHz,
        underSpeech: order.underSpeech,
        loudnessLufs,
        truePeakDbtp: decibelsOf(mixer.truePeak()),
      },
    };
  } finally {
    await writer.close();
    encoder?.close();
    decoder?.close();
    input?.close();
  }
}

/** A track of an opened film. */
interface OpenedSound {
  readonly input: MediaInput;
  readonly decoder: SoundDecoder;
  readonly track: TrackFacts;
}

/** Passes the film's sound on without a hole, from 0:00 or before, to the end of the film. @returns where it begins. */
async function feed(
  { endSeconds, signal }: MixOrder,
  opened: OpenedSound | undefined,
  mixer: StreamMixer,
  sampleRateHz: number,
): Promise<number> {
  const turn = createTurns(signal);
  let begin: number | undefined;
  const silenceTo = async (sample: number) => {
    while (mixer.position() < sample) {
      await mixer.silence(Math.min(silentBlock, sample - mixer.position()));
      await turn();
    }
  };
  for await (const { at, samples } of opened === undefined ? [] : blocksOf(opened, sampleRateHz)) {
    if (begin === undefined) {
      begin = Math.min(0, at);
      mixer.startAt(begin);
      await silenceTo(at);
    }
    if (at - mixer.position() > gapSeconds * sampleRateHz) await silenceTo(at);
    await mixer.push(samples);
    await turn();
  }
  await silenceTo(Math.round(endSeconds * sampleRateHz));
  await mixer.finish();
  return begin ?? 0;
}

/** Decoded sound, and its place in samples from 0:00. */
async function* blocksOf({ input, decoder, track }: OpenedSound, sampleRateHz: number) {
  for (let isEnded = false; !isEnded;) {
    const packet = await input.read();
    isEnded = packet === undefined;
    await decoder.send(packet);
    for (let block = await decoder.receive(); block !== undefined; block = await decoder.receive()) {
      const seconds = ticksToSeconds(block.ptsTicks, track.timeBase) - input.zeroSeconds;
      yield { at: Math.round(seconds * sampleRateHz), samples: block.samples };
    }
  }
}

/** Mixes windows into sound that flows by; holds one window at a time. */
interface StreamMixer {
  /** Of the next sample. */
  position(): number;
  startAt(sample: number): void;
  push(interleaved: Float32Array): Promise<void>;
  silence(samples: number): Promise<void>;
  finish(): Promise<void>;
  /** Highest that was passed on, linear. */
  truePeak(): number;
}

function createStreamMixer(
  windows: readonly MixWindow[],
  mixing: Mixing,
  send: (interleaved: Float32Array) => Promise<void>,
): StreamMixer {
  const { channelCount } = mixing;
  const waiting = [...windows];
  let position = 0;
  let held: Float32Array[] = [];
  let heldFrom = 0;
  const meter = createTruePeakMeter(channelCount);
  const pass = async (sound: Float32Array) => {
    meter.take(sound);
    await send(sound);
  };
  const release = async () => {
    const window = waiting.shift();
    const sound = joinSounds(held);
    held = [];
    if (window !== undefined) mixWindow(sound, heldFrom, window, mixing);
    await pass(sound);
  };
  return {
    position: () => position,
    startAt: (sample) => (position = sample),
    async push(interleaved) {
      for (let rest = interleaved; rest.length > 0;) {
        const { startSample = Number.POSITIVE_INFINITY, endSample = Number.POSITIVE_INFINITY } = waiting[0] ?? {};
        const isInside = position >= startSample;
        const samples = Math.min(rest.length / channelCount, (isInside ? endSample : startSample) - position);
        const part = rest.subarray(0, samples * channelCount);
        rest = rest.subarray(part.length);
        if (isInside) {
          if (held.length === 0) heldFrom = position;
          held.push(Float32Array.from(part));
        } else await pass(part);
        position += samples;
        if (isInside && position >= endSample) await release();
      }
    },
    silence(samples) {
      return this.push(new Float32Array(samples * channelCount));
    },
    async finish() {
      if (held.length > 0) await release();
    },
    truePeak: () => meter.peak(),
  };
}

/** Encodes what comes and writes the packets down. */
function createCoding(encoder: SoundEncoder, writer: SoundClipWriter) {
  const packets: [number, number, number][] = [];
  let sent = 0;
  const drain = async () => {
    for (let coded = await encoder.receive(); coded !== undefined; coded = await encoder.receive()) {
      packets.push([coded.ptsTicks, coded.durationTicks, coded.payload.length]);
      await writer.append(coded.payload);
    }
  };
  return {
    /** Values, of all channels. */
    sentSamples: () => sent,
    async send(interleaved: Float32Array) {
      sent += interleaved.length;
      await encoder.send(interleaved);
      await drain();
    },
    async finish() {
      await encoder.send(undefined);
      await drain();
      return packets;
    },
  };
}
