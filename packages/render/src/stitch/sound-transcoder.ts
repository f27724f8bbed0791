import type { CodedPacket, MediaInput, MediaIO, MediaOutput, TrackFacts } from "#media/media-io.js";
import { ticksToSeconds } from "#media/ticks.js";

/** Turns one sound track into AAC while its packets go by. */
export interface SoundTranscoder {
  readonly trackIndex: number;
  take(packet: CodedPacket): Promise<void>;
  /** Writes what is left. */
  finish(): Promise<void>;
  close(): void;
}

/** A hole in the sound longer than this is filled with silence, so what follows stays in place. */
const gapSeconds = 0.05;

/** Sampling rates of AAC in MP4; other rates would need a resampler. */
const aacRates = new Set([
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
]);

/** Opens decoder and encoder and adds the output track. */
export async function createSoundTranscoder(
  io: MediaIO,
  input: MediaInput,
  track: TrackFacts,
  output: MediaOutput,
): Promise<SoundTranscoder> {
  const sourceRate = track.sound?.sampleRateHz ?? 48_000;
  const sampleRateHz = aacRates.has(sourceRate) ? sourceRate : 48_000;
  const decoder = input.openSoundDecoder(track.index, sampleRateHz);
  try {
    const encoder = await io.openSoundEncoder({ sampleRateHz, channelCount: decoder.channelCount });
    const outputTrack = output.addSound(encoder);
    const { channelCount } = decoder;
    let shiftTicks: number | undefined;
    let sentSamples = 0;

    const writeReady = async () => {
      for (let coded = await encoder.receive(); coded !== undefined; coded = await encoder.receive()) {
        const { ptsTicks, durationTicks, payload } = coded;
        await output.write(
          outputTrack,
          { ptsTicks, dtsTicks: ptsTicks, durationTicks, isKeyframe: true, payload },
          shiftTicks ?? 0,
        );
      }
    };
    const drain = async () => {
      for (let sound = await decoder.receive(); sound !== undefined; sound = await decoder.receive()) {
        const at = Math.round((ticksToSeconds(sound.ptsTicks, track.timeBase) - input.zeroSeconds) * sampleRateHz);
        shiftTicks ??= at;
        const gap = at - shiftTicks - sentSamples;
        if (gap > gapSeconds * sampleRateHz) {
          await encoder.send(new Float32Array(gap * channelCount));
          sentSamples += gap;
        }
        await encoder.send(sound.samples);
        sentSamples += sound.samples.length / channelCount;
      }
      await writeReady();
    };
    return {
      trackIndex: track.index,
      async take(packet) {
        await decoder.send(packet);
        await drain();
      },
      async finish() {
        await decoder.send(undefined);
        await drain();
        await encoder.send(undefined);
        await writeReady();
      },
      close() {
        decoder.close();
        encoder.close();
      },
    };
  } catch (error) {
    decoder.close();
    throw error;
  }
}
