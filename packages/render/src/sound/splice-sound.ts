import { rm } from "node:fs/promises";
import { parseAacLc } from "#media/aac-configuration.js";
import type { MediaInput, MediaIO, TrackFacts } from "#media/media-io.js";
import { SoundClipWriter } from "#media/sound-clip.js";
import { ticksToSeconds } from "#media/ticks.js";
import { createTurns } from "#media/turns.js";
import { aroundPackets, auditionJoint, type Audition } from "./audition-joint.js";
import type { MixedSound, MixOrder } from "./mix-speech.js";
import { ownSoundOf, packetSamples, settlePackets, type OwnSound, type Stretch } from "./own-sound.js";
import { levelSpeech } from "./speech-level.js";
import { mixWindow, windowsOf, type Mixing, type MixWindow } from "./speech-mix.js";
import { decibelsOf, truePeakOf } from "./true-peak.js";

/** Joints are looked for within this many packets of what changes, some 0.7 s. */
const searchPackets = 32;
/** Quiet places that are tried on each side. */
const triedJoints = 4;

/**
 * Encodes only the packets around the speech again. At a joint a block of the film's encoder overlaps one of ours, and both must have
 * been shaped alike; so joints lie where the film is quiet, and are listened to before one is taken.
 * @returns the mixed sound, or why all of the track has to be encoded.
 */
export async function spliceSound(order: MixOrder, trackIndex: number): Promise<MixedSound | { refused: string }> {
  const { io, source, clipPath, passages, underSpeech, signal } = order;
  const input = await io.openInput(source.path);
  try {
    const track = input.tracks[trackIndex]!;
    const configuration = parseAacLc(track.configuration);
    if (configuration === undefined)
      return { refused: `its sound (${track.codec}) is not plain AAC above 24 kHz with one or two channels` };
    const { sampleRateHz } = configuration;
    const mixing: Mixing = { ...configuration, underSpeech };
    const { speeches, loudnessLufs } = levelSpeech(passages, configuration);
    const positions = await packetPositions(input, track, sampleRateHz, signal);
    if (positions === undefined) return { refused: "its sound packets do not follow each other without a gap" };
    const stretches = stretchesOf(windowsOf(speeches, sampleRateHz), positions);
    if (stretches === undefined) return { refused: "its sound does not last as long as the speech" };

    const writer = await SoundClipWriter.create(clipPath);
    try {
      const packets: [number, number][] = [];
      let truePeak = 0;
      for await (const { stretch, ...own } of ownSoundOf(order, { track, stretches, positions, sampleRateHz })) {
        if (own.hasHole) return { refused: "its sound could not be decoded without a gap" };
        const made = await recode(order, { input, track, stretch, positions, own, mixing });
        if (made === undefined) return { refused: "no place was found where a joint could not be heard" };
        truePeak = Math.max(truePeak, made.truePeak);
        for (const [number, payload] of made.payloads) {
          packets.push([number, payload.length]);
          await writer.append(payload);
        }
      }
      const clip = await writer.finish({ kind: "spliced", packets });
      return {
        clip: { ...clip, trackIndex },
        report: {
          treatment: "spliced",
          encodedSeconds: (packets.length * packetSamples) / sampleRateHz,
          underSpeech,
          loudnessLufs,
          truePeakDbtp: decibelsOf(truePeak),
        },
      };
    } finally {
      await writer.close();
    }
  } finally {
    input.close();
  }
}

/** Where each packet's sound begins, in samples from 0:00; undefined unless each follows the one before. */
async function packetPositions(
  input: MediaInput,
  track: TrackFacts,
  sampleRateHz: number,
  signal: AbortSignal,
): Promise<number[] | undefined> {
  input.select([track.index]);
  const positions: number[] = [];
  const turn = createTurns(signal);
  for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
    await turn();
    const seconds = ticksToSeconds(packet.ptsTicks, track.timeBase) - input.zeroSeconds;
    const position = Math.round(seconds * sampleRateHz);
    const before = positions.at(-1);
    const isNext =
      before === undefined || Math.abs(position - before - packetSamples) <= roundingSamples(track, sampleRateHz);
    if (!isNext || packet.isDamaged || packet.isReconfigured) return undefined;
    // Of rounded times the count is exact, and the times are not.
    positions.push(before === undefined ? position : before + packetSamples);
  }
  return positions.length === 0 ? undefined : positions;
}

/** What a clock of milliseconds may be off by. */
function roundingSamples({ timeBase }: TrackFacts, sampleRateHz: number): number {
  return Math.ceil((sampleRateHz * timeBase.numerator) / timeBase.denominator);
}

/** Undefined when the sound does not reach as far as the speech. */
function stretchesOf(windows: readonly MixWindow[], positions: readonly number[]): Stretch[] | undefined {
  const first = positions[0]!;
  const stretches: Stretch[] = [];
  for (const [at, window] of windows.entries()) {
    const packetAt = (sample: number) => Math.floor((sample - first) / packetSamples);
    const [speech, last] = [window.speeches[0]!, window.speeches.at(-1)!];
    const isCovered =
      speech.startSample >= first && last.startSample + last.samples.length <= first + positions.length * packetSamples;
    if (!isCovered) return undefined;
    const latestStart = Math.max(0, packetAt(window.startSample) - 1);
    const earliestEnd = Math.min(positions.length, packetAt(window.endSample - 1) + 2);
    const next = windows[at + 1];
    const free = next === undefined ? positions.length : packetAt((window.endSample + next.startSample) / 2);
    stretches.push({
      window,
      firstPacket: Math.max(
        (stretches.at(-1)?.endPacket ?? -settlePackets) + settlePackets,
        0,
        latestStart - searchPackets - aroundPackets,
      ),
      endPacket: Math.min(free, earliestEnd + searchPackets + aroundPackets),
      latestStart,
      earliestEnd,
    });
  }
  return stretches;
}

/** Mixes a stretch, in place, encodes it and chooses its joints; undefined where none is good. */
async function recode(
  { io, clipPath }: MixOrder,
  stretch: {
    readonly input: MediaInput;
    readonly track: TrackFacts;
    readonly stretch: Stretch;
    readonly positions: readonly number[];
    readonly own: OwnSound;
    readonly mixing: Mixing;
  },
): Promise<{ payloads: readonly (readonly [number, Uint8Array])[]; truePeak: number } | undefined> {
  const { input, track, positions, own, mixing } = stretch;
  const { window, firstPacket, endPacket, latestStart, earliestEnd } = stretch.stretch;
  const { channelCount, sampleRateHz } = mixing;
  const quietest = (numbers: number[]) => {
    const powerOf = (number: number) => powerAt(own.samples, number - firstPacket, channelCount);
    return numbers.toSorted((left, right) => powerOf(left) - powerOf(right)).slice(0, triedJoints);
  };
  // At the track's own ends there is nothing to be joined to.
  const starts = quietest(range(firstPacket === 0 ? 0 : firstPacket + aroundPackets, latestStart + 1));
  const ends = quietest(
    range(earliestEnd, endPacket === positions.length ? endPacket + 1 : endPacket - aroundPackets + 1),
  );
  const mixed = own.samples;
  mixWindow(mixed, positions[firstPacket]!, window, mixing);
  const ours = await encodeStretch(io, mixed, { sampleRateHz, channelCount, bitRate: bitRateFor(track, mixing) });
  const path = `${clipPath}.mp4`;
  const audition = (packet: number, side: Audition["side"]) =>
    auditionJoint(io, { path, input, track, joint: packet - firstPacket, side, mixed, own: own.packets, ours });
  try {
    const start = latestStart === 0 ? 0 : await firstGood(starts, (at) => audition(at, "start"));
    const isLast = earliestEnd === positions.length;
    const end = isLast ? earliestEnd : await firstGood(ends, (at) => audition(at, "end"));
    if (start === undefined || end === undefined) return undefined;
    const payloads = range(start, end).map((number) => [number, ours[number - firstPacket]] as const);
    if (payloads.some(([, payload]) => payload === undefined)) return undefined;
    const [from, to] = [start, end].map((number) => (number - firstPacket) * packetSamples * channelCount);
    return {
      payloads: payloads as [number, Uint8Array][],
      truePeak: truePeakOf(mixed.subarray(from, to), channelCount),
    };
  } finally {
    await rm(path, { force: true });
  }
}

async function firstGood(numbers: readonly number[], isGood: (number: number) => Promise<boolean>) {
  for (const number of numbers) if (await isGood(number)) return number;
  return undefined;
}

/** @returns the payload for each packet of the stretch, in order. */
async function encodeStretch(
  io: MediaIO,
  mixed: Float32Array,
  settings: { sampleRateHz: number; channelCount: 1 | 2; bitRate: number },
): Promise<(Uint8Array | undefined)[]> {
  const encoder = await io.openSoundEncoder(settings);
  const payloads: (Uint8Array | undefined)[] = [];
  const drain = async () => {
    for (let coded = await encoder.receive(); coded !== undefined; coded = await encoder.receive()) {
      // The first one is the encoder's own silence.
      if (coded.ptsTicks >= 0) payloads[coded.ptsTicks / packetSamples] = coded.payload;
    }
  };
  try {
    const block = 16 * packetSamples * settings.channelCount;
    for (let at = 0; at < mixed.length; at += block) {
      await encoder.send(mixed.subarray(at, at + block));
      await drain();
    }
    await encoder.send(undefined);
    await drain();
    return payloads;
  } finally {
    encoder.close();
  }
}

/** What the film's encoder spends, and not less than speech over music needs. */
function bitRateFor({ bitRate }: TrackFacts, { channelCount }: Mixing): number {
  return Math.min(320_000, Math.max(channelCount === 1 ? 96_000 : 160_000, bitRate));
}

/** Of the packet's own samples, which a joint in front of it mixes from both encoders. */
function powerAt(own: Float32Array, packet: number, channelCount: number): number {
  const length = packetSamples * channelCount;
  let power = 0;
  for (let i = packet * length; i < (packet + 1) * length && i < own.length; i++) power += own[i]! * own[i]!;
  return power;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
