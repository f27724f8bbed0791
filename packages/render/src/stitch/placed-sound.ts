import type { MediaIO, MediaOutput, NewPacket, SoundEncoder } from "#media/media-io.js";
import { openSoundClip, type SoundClip } from "#media/sound-clip.js";

/** A sound clip while it goes into a film. */
export type PlacedSound =
  /** Its packets stand in the place of some of a track's. */
  | {
      readonly kind: "spliced";
      readonly trackIndex: number;
      /** What the next packet of the track holds now; undefined: what it held before. Call once for each, in order. */
      nextPayload(): Promise<Uint8Array | undefined>;
      close(): Promise<void>;
    }
  /** It is a track of its own. */
  | {
      readonly kind: "whole";
      /** Track of the source that it stands for. */
      readonly trackIndex: number | undefined;
      /** Adds the track. */
      addTo(output: MediaOutput): void;
      /** Writes all packets that are heard before a time. */
      writeUntil(output: MediaOutput, seconds: number): Promise<void>;
      close(): Promise<void>;
    };

/** Opens a sound clip for a film that is written by `io`. @throws UnderstudyError `internal-error` when it is none. */
export async function openPlacedSound(io: MediaIO, { path, trackIndex }: SoundClip): Promise<PlacedSound> {
  const { contents, readPayload, close } = await openSoundClip(path);
  if (contents.kind === "spliced") {
    let number = 0;
    let next = 0;
    return {
      kind: "spliced",
      trackIndex: trackIndex!,
      async nextPayload() {
        return contents.packets[next]?.[0] === number++ ? readPayload(next++) : undefined;
      },
      close,
    };
  }
  const { sampleRateHz, channelCount, bitRate, startSamples, packets } = contents;
  // It encodes nothing: it tells the output what the packets are.
  const encoder: SoundEncoder = await io.openSoundEncoder({ sampleRateHz, channelCount, bitRate });
  let track: number | undefined;
  let next = 0;
  return {
    kind: "whole",
    trackIndex,
    addTo(output) {
      track = output.addSound(encoder);
    },
    async writeUntil(output, seconds) {
      for (; next < packets.length; next++) {
        const [ptsTicks, durationTicks] = packets[next]!;
        if ((startSamples + ptsTicks) / sampleRateHz > seconds) return;
        const packet: NewPacket = {
          ptsTicks,
          dtsTicks: ptsTicks,
          durationTicks,
          isKeyframe: true,
          payload: await readPayload(next),
        };
        await output.write(track!, packet, startSamples);
      }
    },
    async close() {
      encoder.close();
      await close();
    },
  };
}
