import type { NewPacket, TrackFacts } from "#media/media-io.js";
import { ticksToSeconds } from "#media/ticks.js";
import { createTurns } from "#media/turns.js";
import type { MixOrder } from "./mix-speech.js";
import type { MixWindow } from "./speech-mix.js";

/** Samples of an AAC packet. It changes its own 1024 samples and the next: blocks overlap by half. */
export const packetSamples = 1024;

/** The first packets that a decoder gets lack what they overlap with. */
export const settlePackets = 2;

/** Packets of a track around a window, from among which some are replaced. */
export interface Stretch {
  readonly window: MixWindow;
  /** Packets whose sound is decoded, half-open. */
  readonly firstPacket: number;
  readonly endPacket: number;
  /** Last packet that may be the first replaced one, and first that may be the first kept one behind. */
  readonly latestStart: number;
  readonly earliestEnd: number;
}

/** The film's own sound of a stretch. */
export interface OwnSound {
  /** Interleaved, from the stretch's first packet on. */
  readonly samples: Float32Array;
  readonly packets: readonly NewPacket[];
  /** Whether less came out than the packets should hold. */
  readonly hasHole: boolean;
}

/** What stretches are read from. */
interface OwnTrack {
  readonly track: TrackFacts;
  /** Ascending, with `settlePackets` between them. */
  readonly stretches: readonly Stretch[];
  /** Of each packet's first sample, from 0:00. */
  readonly positions: readonly number[];
  readonly sampleRateHz: number;
}

/** Decodes one stretch after the other, in one pass over the film; holds one. */
export async function* ownSoundOf(
  { io, source, signal }: MixOrder,
  { track, stretches, positions, sampleRateHz }: OwnTrack,
): AsyncGenerator<OwnSound & { readonly stretch: Stretch }> {
  const input = await io.openInput(source.path);
  const turn = createTurns(signal);
  let number = 0;
  try {
    input.select([track.index]);
    for (const stretch of stretches) {
      const { firstPacket, endPacket } = stretch;
      const decoder = input.openSoundDecoder(track.index, sampleRateHz);
      try {
        const { channelCount } = decoder;
        const packets: NewPacket[] = [];
        const samples = new Float32Array((endPacket - firstPacket) * packetSamples * channelCount);
        let filled = 0;
        const receive = async () => {
          for (let block = await decoder.receive(); block !== undefined; block = await decoder.receive()) {
            const seconds = ticksToSeconds(block.ptsTicks, track.timeBase) - input.zeroSeconds;
            // Times may be rounded, packets are not.
            const packet = Math.round((seconds * sampleRateHz - positions[firstPacket]!) / packetSamples);
            const at = packet * packetSamples * channelCount;
            const early = Math.max(0, -at);
            const kept = block.samples.subarray(early, Math.max(early, samples.length - at));
            samples.set(kept, Math.max(0, at));
            filled += kept.length;
          }
        };
        for (; number < endPacket; number++) {
          const packet = await input.read();
          if (packet === undefined) break;
          await turn();
          if (number < firstPacket - settlePackets) continue;
          if (number >= firstPacket) packets.push(copyOf(packet));
          await decoder.send(packet);
          await receive();
        }
        await decoder.send(undefined);
        await receive();
        const hasHole = filled < samples.length - settlePackets * packetSamples * channelCount;
        yield { stretch, samples, packets, hasHole };
      } finally {
        decoder.close();
      }
    }
  } finally {
    input.close();
  }
}

function copyOf({ ptsTicks, dtsTicks, durationTicks, payload }: Omit<NewPacket, "isKeyframe">): NewPacket {
  return { ptsTicks, dtsTicks, durationTicks, isKeyframe: true, payload: Uint8Array.from(payload) };
}
